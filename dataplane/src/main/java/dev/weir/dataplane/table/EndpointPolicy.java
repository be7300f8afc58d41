package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;

/**
 * One policy word of {@code struct weir_endpoint}: which rows apply, in which direction nothing
 * passes without one, and which rows there can be at all.
 *
 * @param policy number of the rows in {@code weir_policy}; 0 = none
 * @param flags {@link PolicyFlags}
 */
public record EndpointPolicy(int policy, int flags) {
    /** Not isolated: all traffic passes and is counted. */
    public static final EndpointPolicy OPEN = new EndpointPolicy(0, 0);

    /** No row applies, and nothing passes. */
    public static final EndpointPolicy CLOSED =
            new EndpointPolicy(
                    0,
                    PolicyFlags.of(PolicyFlags.ISOLATED, Direction.INGRESS)
                            | PolicyFlags.of(PolicyFlags.ISOLATED, Direction.EGRESS));

    /** Isolated in the directions given, with {@code lookups} of {@link PolicyFlags} beside. */
    public static EndpointPolicy of(
            final int policy,
            final boolean isolatedIngress,
            final boolean isolatedEgress,
            final int lookups) {
        final int ingress = PolicyFlags.of(PolicyFlags.ISOLATED, Direction.INGRESS);
        final int egress = PolicyFlags.of(PolicyFlags.ISOLATED, Direction.EGRESS);
        return new EndpointPolicy(
                policy,
                (isolatedIngress ? ingress : 0)
                        | (isolatedEgress ? egress : 0)
                        | lookups & ~(ingress | egress));
    }

    /** Nothing comes in unless a row allows it. */
    public boolean isolatedIngress() {
        return has(PolicyFlags.ISOLATED, Direction.INGRESS);
    }

    /** Nothing goes out unless a row allows it. */
    public boolean isolatedEgress() {
        return has(PolicyFlags.ISOLATED, Direction.EGRESS);
    }

    /** True when the flag of a pair is set for {@code direction}. */
    public boolean has(final int ingressFlag, final Direction direction) {
        return (flags & PolicyFlags.of(ingressFlag, direction)) != 0;
    }

    /** The word the datapath reads: flags in the high half, number in the low half. */
    public long word() {
        return (long) flags << 32 | policy & 0xFFFF_FFFFL;
    }

    /** The reverse of {@link #word()}. */
    public static EndpointPolicy ofWord(final long word) {
        return new EndpointPolicy((int) word, (int) (word >>> 32));
    }
}
