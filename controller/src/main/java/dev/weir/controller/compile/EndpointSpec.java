package dev.weir.controller.compile;

import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * What the compiler must know of an endpoint.
 *
 * @param number in the datapath, 1 or more
 * @param namespace it lives in
 * @param pod its name, for people
 * @param labels what selectors see
 * @param ports by name
 * @param addresses of the container
 */
public record EndpointSpec(
        int number,
        String namespace,
        String pod,
        Map<String, String> labels,
        List<NamedPort> ports,
        List<IpAddress> addresses) {
    public EndpointSpec {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }
}
