package dev.weir.dataplane.jni;

/** The kernel said no: the operation, its target and the error's name. Branch on {@link #errno}. */
public class BpfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** For an error of {@code operation}; {@code errno} is positive. */
    public BpfException(final String operation, final int errno) {
        this(operation, errno, "");
    }

    /** The same with a sentence that says more. */
    public BpfException(final String operation, final int errno, final String detail) {
        super(
                operation
                        + ": "
                        + Errno.describe(errno)
                        + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.errno = errno;
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }

    public boolean is(final Errno other) {
        return errno == other.number();
    }

    /**
     * {@code result} if it is no error.
     *
     * @throws BpfException named after {@code operation} and {@code target} otherwise
     */
    public static int check(final int result, final String operation, final Object target) {
        if (result < 0) {
            throw new BpfException(operation + " " + target, -result);
        }
        return result;
    }

    /** As {@link #check(int, String, Object)}, for results that are addresses or lengths. */
    public static long check(final long result, final String operation, final Object target) {
        if (result < 0) {
            throw new BpfException(operation + " " + target, (int) -result);
        }
        return result;
    }
}
