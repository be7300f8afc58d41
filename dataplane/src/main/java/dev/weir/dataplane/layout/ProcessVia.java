package dev.weir.dataplane.layout;

/** {@code enum weir_process_via}: how it is known whose connection it is. */
public enum ProcessVia {
    /** It called {@code connect()}. */
    CONNECT,
    /** It closed or shut down its side: it had the connection last. */
    CLOSE,
    /** It called {@code listen()} on the socket that took the connection. */
    LISTEN;

    private static final ProcessVia[] VALUES = values();

    /** By number in the ABI. */
    public static ProcessVia of(final int number) {
        return VALUES[number];
    }
}
