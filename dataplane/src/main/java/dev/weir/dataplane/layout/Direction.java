package dev.weir.dataplane.layout;

/** Direction of a packet as seen from the container; ordinals are {@code enum weir_direction}. */
public enum Direction {
    /** Towards the container. */
    INGRESS,
    /** From the container. */
    EGRESS;

    private static final Direction[] VALUES = values();

    /** The direction with the number {@code value} of {@code enum weir_direction}. */
    public static Direction of(final int value) {
        return VALUES[value];
    }

    /** The other direction. */
    public Direction reverse() {
        return this == INGRESS ? EGRESS : INGRESS;
    }
}
