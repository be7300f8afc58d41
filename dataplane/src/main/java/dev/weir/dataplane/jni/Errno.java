package dev.weir.dataplane.jni;

/** Error numbers that callers branch on or that people meet; the same on all Linux targets. */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    ESRCH(3),
    EINTR(4),
    EIO(5),
    ENXIO(6),
    E2BIG(7),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EEXIST(17),
    ENODEV(19),
    ENOTDIR(20),
    EINVAL(22),
    EMFILE(24),
    ENOSPC(28),
    EROFS(30),
    ERANGE(34),
    ENAMETOOLONG(36),
    ENOLINK(67),
    EPROTONOSUPPORT(93),
    EOPNOTSUPP(95),
    ENOBUFS(105),
    ENOTCONN(107),
    ESTALE(116),
    ENOTSUPP(524);

    private final int number;

    Errno(final int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** True when {@code result} is this error, negated as the shim returns it. */
    public boolean is(final long result) {
        return result == -number;
    }

    /** The name, or the number where it has none here. */
    public static String describe(final int number) {
        for (final Errno errno : values()) {
            if (errno.number == number) {
                return errno.name();
            }
        }
        return "errno " + number;
    }
}
