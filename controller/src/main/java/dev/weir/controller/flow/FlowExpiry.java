package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.util.function.LongToIntFunction;

/** When an open flow is over: the datapath's own idle times, in jiffies. */
final class FlowExpiry {
    /** Closed, reset, refused: nothing of weight comes any more. */
    static final int FIRST_TERMINAL_STATE = TcpState.CLOSED.ordinal();

    /** Lets the last ACK be counted before the flow is reported as ended. */
    private static final long LINGER_MILLIS = 1_000;

    private final int tcpSyn;
    private final int tcpEstablished;
    private final int udp;
    private final int udpReplied;
    private final int icmp;
    private final int other;
    private final int linger;

    FlowExpiry(final Timeouts timeouts, final LongToIntFunction jiffies) {
        tcpSyn = jiffies.applyAsInt(timeouts.tcpSyn());
        tcpEstablished = jiffies.applyAsInt(timeouts.tcpEstablished());
        udp = jiffies.applyAsInt(timeouts.udp());
        udpReplied = jiffies.applyAsInt(timeouts.udpReplied());
        icmp = jiffies.applyAsInt(timeouts.icmp());
        other = jiffies.applyAsInt(timeouts.other());
        linger = jiffies.applyAsInt(LINGER_MILLIS);
    }

    boolean isOver(final FlowRow flow, final long now) {
        return now - flow.lastSeen() > idle(flow);
    }

    private int idle(final FlowRow flow) {
        if (flow.isDenied()) {
            return other;
        }
        return switch (flow.protocol()) {
            case Protocols.TCP -> tcp(flow.state());
            case Protocols.UDP -> (flow.flags() & FlowEntry.REPLIED) != 0 ? udpReplied : udp;
            case Protocols.ICMP, Protocols.ICMPV6 -> icmp;
            default -> other;
        };
    }

    /** As {@code tcp_timeout()} in bpf/common/conntrack.h, but that what is over ends at once. */
    private int tcp(final int state) {
        if (state >= FIRST_TERMINAL_STATE) {
            return linger;
        }
        return switch (TcpState.of(state)) {
            case SYN_SENT, SYN_ACKED, CLOSING -> tcpSyn;
            default -> tcpEstablished;
        };
    }
}
