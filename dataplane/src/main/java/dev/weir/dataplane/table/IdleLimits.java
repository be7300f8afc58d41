package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.TcpState;

/** Idle times in jiffies after which a connection is forgotten: the programs' own rule in Java. */
public record IdleLimits(
        int tcpSyn,
        int tcpEstablished,
        int tcpClosing,
        int udp,
        int udpReplied,
        int icmp,
        int other) {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    /**
     * The limit for one connection, in jiffies.
     *
     * @param state ordinal of {@link TcpState}
     */
    public int limit(final int protocol, final int state, final boolean replied) {
        return switch (protocol) {
            case TCP -> tcp(state);
            case UDP -> replied ? udpReplied : udp;
            case ICMP, ICMPV6 -> icmp;
            default -> other;
        };
    }

    private int tcp(final int state) {
        return switch (TcpState.of(state)) {
            case SYN_SENT, SYN_ACKED, CLOSING -> tcpSyn;
            case CLOSED, RESET, REFUSED -> tcpClosing;
            case NONE, ESTABLISHED -> tcpEstablished;
        };
    }
}
