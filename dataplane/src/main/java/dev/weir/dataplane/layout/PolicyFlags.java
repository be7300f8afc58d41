package dev.weir.dataplane.layout;

/**
 * {@code enum weir_policy_flags}: the high word of an endpoint's policy word. Pairs are ingress,
 * then egress.
 */
public final class PolicyFlags {
    /** Nothing passes without a row. */
    public static final int ISOLATED = 1;

    /** Rows by port for any peer can exist. */
    public static final int ANY_PORTS = 1 << 2;

    /** The root for any peer can say something. */
    public static final int ANY_ROOT = 1 << 4;

    /** Rows by port for single peers can exist. */
    public static final int PEER_PORTS = 1 << 6;

    /** Roots of single peers can say something. */
    public static final int PEER_ROOT = 1 << 8;

    /** Some row can deny. */
    public static final int DENIES = 1 << 10;

    /** Which port prefix lengths a peer has is in its root; of both directions. */
    public static final int ASK_ROOTS = 1 << 12;

    /** Bit {@code LENGTHS + n}: rows with port prefix length n can exist, 0..16. */
    public static final int LENGTHS = 15;

    private PolicyFlags() {}

    /** The flag of a pair that is for {@code direction}. */
    public static int of(final int ingressFlag, final Direction direction) {
        return ingressFlag << direction.ordinal();
    }
}
