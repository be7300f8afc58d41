package dev.weir.controller.compile;

/**
 * A port that an endpoint gave a name.
 *
 * @param name IANA service name
 * @param port 1-65535
 * @param protocol TCP, UDP or SCTP
 */
public record NamedPort(String name, int port, String protocol) implements Comparable<NamedPort> {
    @Override
    public int compareTo(final NamedPort other) {
        final int byName = name.compareTo(other.name);
        final int byProtocol = byName != 0 ? byName : protocol.compareTo(other.protocol);
        return byProtocol != 0 ? byProtocol : Integer.compare(port, other.port);
    }
}
