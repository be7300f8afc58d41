package dev.weir.controller.policy;

import java.util.Optional;

/**
 * One element of {@code ports}.
 *
 * @param protocol TCP unless it was given
 * @param name of a port of the pod that receives the traffic; absent = by number
 * @param first lowest port, 0 when {@code name} is present or every port is meant
 * @param last highest port, 65535 when every port is meant
 */
public record PolicyPort(Protocol protocol, Optional<String> name, int first, int last) {
    /** Every port of a protocol. */
    public static PolicyPort any(final Protocol protocol) {
        return new PolicyPort(protocol, Optional.empty(), 0, 65535);
    }

    /** Ports {@code first} to {@code last}, both included. */
    public static PolicyPort range(final Protocol protocol, final int first, final int last) {
        return new PolicyPort(protocol, Optional.empty(), first, last);
    }

    /** The port the receiving pod calls {@code name}. */
    public static PolicyPort named(final Protocol protocol, final String name) {
        return new PolicyPort(protocol, Optional.of(name), 0, 0);
    }
}
