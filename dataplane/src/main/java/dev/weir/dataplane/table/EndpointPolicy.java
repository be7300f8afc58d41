package dev.weir.dataplane.table;

/**
 * One policy word of {@code struct weir_endpoint}: which rows apply and in which direction nothing
 * passes without one.
 *
 * @param policy number of the rows in {@code weir_policy}; 0 = none
 * @param isolatedIngress nothing comes in unless a row allows it
 * @param isolatedEgress nothing goes out unless a row allows it
 * @param anyPeerIngress rows for any peer exist, ingress
 * @param anyPeerEgress rows for any peer exist, egress
 */
public record EndpointPolicy(
        int policy,
        boolean isolatedIngress,
        boolean isolatedEgress,
        boolean anyPeerIngress,
        boolean anyPeerEgress) {

    /** Not isolated: all traffic passes and is counted. */
    public static final EndpointPolicy OPEN = new EndpointPolicy(0, false, false, false, false);

    /** The word the datapath reads: flags in the high half, number in the low half. */
    public long word() {
        final long flags =
                (isolatedIngress ? 1 : 0)
                        | (isolatedEgress ? 2 : 0)
                        | (anyPeerIngress ? 4 : 0)
                        | (anyPeerEgress ? 8 : 0);
        return flags << 32 | policy & 0xFFFF_FFFFL;
    }

    /** The reverse of {@link #word()}. */
    public static EndpointPolicy ofWord(final long word) {
        final int flags = (int) (word >>> 32);
        return new EndpointPolicy(
                (int) word, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0);
    }
}
