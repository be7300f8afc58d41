package dev.weir.controller.export;

/**
 * What a sink was not given.
 *
 * @param records reports and flow records that came too fast
 * @param packets that are in no record: the kernel's ring buffer was full
 * @param bytes of those packets
 */
public record Missing(long records, long packets, long bytes) {
    static final Missing NOTHING = new Missing(0, 0, 0);

    /** Both together. */
    public Missing plus(final Missing other) {
        return new Missing(records + other.records, packets + other.packets, bytes + other.bytes);
    }

    boolean isNothing() {
        return equals(NOTHING);
    }
}
