package dev.weir.controller.explain;

import dev.weir.controller.compile.NamedPort;
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
 * @param namespaces labels that namespaces are supposed to have instead of their own
 */
public record VerdictQuery(
        Party from, Party to, int protocol, int port, Map<String, Map<String, String>> namespaces) {
    public VerdictQuery {
        namespaces = Map.copyOf(namespaces);
    }

    /** About the namespaces as they are. */
    public VerdictQuery(final Party from, final Party to, final int protocol, final int port) {
        this(from, to, protocol, port, Map.of());
    }

    /** One end of the question. */
    public sealed interface Party permits EndpointParty, AddressParty, LabelsParty {}

    /** A local endpoint by its number. */
    public record EndpointParty(int number) implements Party {}

    /** Any address; one of a local endpoint's stands for the endpoint. */
    public record AddressParty(IpAddress address) implements Party {}

    /**
     * A container that need not exist.
     *
     * @param addresses that it would have; without any, no ipBlock holds it
     */
    public record LabelsParty(
            String namespace,
            Map<String, String> labels,
            List<NamedPort> ports,
            List<IpAddress> addresses)
            implements Party {
        public LabelsParty {
            labels = Map.copyOf(labels);
            ports = List.copyOf(ports);
            addresses = List.copyOf(addresses);
        }

        /** At no address. */
        public LabelsParty(
                final String namespace,
                final Map<String, String> labels,
                final List<NamedPort> ports) {
            this(namespace, labels, ports, List.of());
        }
    }
}
