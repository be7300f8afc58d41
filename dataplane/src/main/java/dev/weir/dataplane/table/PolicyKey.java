package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.Direction;

/**
 * Key of a policy row ({@code struct weir_policy_key}).
 *
 * @param policy number of the policy the row belongs to
 * @param identity of the peer, 0 = any
 * @param direction as seen from the endpoint
 * @param protocol IANA number, 0 = any
 * @param prefixLength of the port, 0..16; 0 = any port
 * @param port destination port masked to {@code prefixLength}
 */
public record PolicyKey(
        int policy, int identity, Direction direction, int protocol, int prefixLength, int port) {

    public PolicyKey {
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("protocol: " + protocol + " (expected: 0-255)");
        }
        if (prefixLength < 0 || prefixLength > 16) {
            throw new IllegalArgumentException(
                    "prefixLength: " + prefixLength + " (expected: 0-16)");
        }
        if ((port & ~(0xFFFF << (16 - prefixLength) & 0xFFFF)) != 0) {
            throw new IllegalArgumentException(
                    "port: " + port + " (expected: masked to " + prefixLength + " bits)");
        }
    }

    /** The root row of a peer: exists whenever the identity has any row. */
    public static PolicyKey root(final int policy, final int identity, final Direction direction) {
        return new PolicyKey(policy, identity, direction, 0, 0, 0);
    }
}
