package dev.weir.controller.compile;

import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A packet that could open a connection.
 *
 * @param from who would send it
 * @param to who would receive it
 * @param protocol IANA number
 * @param port destination port; 0 for protocols without ports
 */
public record VerdictQuery(Party from, Party to, int protocol, int port) {
    /** One end of the question. */
    public sealed interface Party permits EndpointParty, AddressParty, LabelsParty {}

    /** A local endpoint by its number. */
    public record EndpointParty(int number) implements Party {}

    /** Any address; one of a local endpoint's stands for the endpoint. */
    public record AddressParty(IpAddress address) implements Party {}

    /** A container that need not exist. */
    public record LabelsParty(String namespace, Map<String, String> labels, List<NamedPort> ports)
            implements Party {
        public LabelsParty {
            labels = Map.copyOf(labels);
            ports = List.copyOf(ports);
        }
    }
}
