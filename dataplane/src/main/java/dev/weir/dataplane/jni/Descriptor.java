package dev.weir.dataplane.jni;

/** Owns one file descriptor; closing twice is fine and never closes somebody else's number. */
public final class Descriptor implements AutoCloseable {
    private static final int CLOSED = -1;

    private final String target;
    private int fd;

    /** Takes {@code fd} over; {@code target} names it in errors. */
    public Descriptor(final int fd, final String target) {
        this.fd = fd;
        this.target = target;
    }

    /**
     * The number.
     *
     * @throws IllegalStateException when closed
     */
    public int number() {
        if (fd == CLOSED) {
            throw new IllegalStateException(target + ": closed");
        }
        return fd;
    }

    @Override
    public synchronized void close() {
        if (fd != CLOSED) {
            final int closing = fd;
            fd = CLOSED;
            BpfException.check(Native.closeDescriptor(closing), "close", target);
        }
    }
}
