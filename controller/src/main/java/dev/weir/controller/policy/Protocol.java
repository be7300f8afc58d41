package dev.weir.controller.policy;

/** The transport protocols of a NetworkPolicy port. */
public enum Protocol {
    TCP(6),
    UDP(17),
    SCTP(132);

    private final int number;

    Protocol(final int number) {
        this.number = number;
    }

    /** IANA protocol number. */
    public int number() {
        return number;
    }
}
