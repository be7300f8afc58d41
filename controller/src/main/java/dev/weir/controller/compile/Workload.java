package dev.weir.controller.compile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What policies see of an endpoint but for its addresses: endpoints with equal workloads are judged
 * alike.
 *
 * @param namespace it lives in
 * @param labels what selectors see
 * @param ports by name; sorted
 */
record Workload(String namespace, Map<String, String> labels, List<NamedPort> ports) {
    static Workload of(final EndpointSpec endpoint) {
        return new Workload(
                endpoint.namespace(),
                endpoint.labels(),
                endpoint.ports().stream().sorted().distinct().toList());
    }

    /** The same text for equal workloads only; the separator cannot be in any name. */
    String key() {
        final StringBuilder text = new StringBuilder("pod\0").append(namespace);
        new TreeMap<>(labels)
                .forEach((key, value) -> text.append('\0').append(key).append('=').append(value));
        text.append("\0\0");
        ports.forEach(
                port ->
                        text.append(port.name())
                                .append(':')
                                .append(port.protocol())
                                .append(':')
                                .append(port.port())
                                .append('\0'));
        return text.toString();
    }
}
