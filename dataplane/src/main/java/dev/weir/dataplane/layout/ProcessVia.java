package dev.weir.dataplane.layout;

/** {@code enum weir_process_via}: how it is known whose socket it is; the surest first. */
public enum ProcessVia {
    /** It called {@code connect()}. */
    CONNECT,
    /** It closed the socket: it had the connection last. */
    CLOSE,
    /** It bound the socket, or the one that listened and took the connection. */
    BIND,
    /** It made the socket, for datagrams, and nobody bound it. */
    SOCKET;

    private static final ProcessVia[] VALUES = values();

    /** By number in the ABI. */
    public static ProcessVia of(final int number) {
        return VALUES[number];
    }
}
