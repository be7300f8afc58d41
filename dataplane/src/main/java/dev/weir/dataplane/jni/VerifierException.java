package dev.weir.dataplane.jni;

/** The verifier refused a program; the message has its last telling line. */
public final class VerifierException extends BpfException {
    private static final long serialVersionUID = 1L;

    private final String log;

    /** For the object that could not be loaded. */
    public VerifierException(final String operation, final int errno, final String log) {
        super(operation, errno, lastTelling(log));
        this.log = log;
    }

    /** All that the verifier wrote. */
    public String log() {
        return log;
    }

    private static String lastTelling(final String log) {
        String last = "";
        for (final String line : log.split("\n")) {
            final String text = line.strip();
            if (!text.isEmpty()
                    && !text.startsWith("processed ")
                    && !text.startsWith("verification time")
                    && !text.startsWith("stack depth")
                    && !text.startsWith("-- END")
                    && !text.startsWith("max_states")) {
                last = text;
            }
        }
        return last;
    }
}
