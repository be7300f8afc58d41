package dev.weir.controller.export;

import dev.weir.controller.flow.FlowRecord;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Flow records and reports for tests: default/client asks default/web, port 80. */
public final class Flows {
    public static final Instant START = Instant.parse("2026-11-22T12:00:00.250Z");

    private Flows() {}

    /** A TCP flow from this source port that carried so many packets each way, of 100 bytes. */
    public static FlowRecord tcp(
            final int sourcePort, final FlowRecord.Event event, final long packets) {
        return flow("10.0.0.1", "10.0.0.2", sourcePort, event, packets, START);
    }

    public static FlowRecord flow(
            final String source,
            final String destination,
            final int sourcePort,
            final FlowRecord.Event event,
            final long packets,
            final Instant start) {
        final boolean ended = event == FlowRecord.Event.ENDED;
        final IpAddress from = IpAddress.parse(source);
        return new FlowRecord(
                start.plusSeconds(packets),
                "n1",
                "web-eth0",
                event,
                Direction.INGRESS,
                Verdict.ALLOWED,
                Reason.POLICY,
                new FlowRecord.Ip(from.version(), from, IpAddress.parse(destination), 46, null),
                new FlowRecord.L4("TCP", sourcePort, 80),
                null,
                party("client"),
                party("web"),
                packets,
                100 * packets,
                packets / 2,
                1_000 * (packets / 2),
                new FlowRecord.Tcp(
                        List.of("SYN", "ACK"),
                        ended ? "closed" : "established",
                        81_000L,
                        60_000L,
                        21_000L,
                        null,
                        null,
                        null,
                        null),
                null,
                List.of(
                        new FlowRecord.PolicyMatch(
                                "NetworkPolicy", "default", "web-allow", "ingress[0]")),
                start,
                ended ? start.plusSeconds(packets) : null,
                ended ? FlowRecord.CloseReason.FIN : null);
    }

    /** Denied traffic to a port, of whatever source port was last. */
    public static FlowRecord denied(
            final int lastSourcePort, final FlowRecord.Event event, final long packets) {
        return new FlowRecord(
                START.plusSeconds(packets),
                "n1",
                "web-eth0",
                event,
                Direction.INGRESS,
                Verdict.DENIED,
                Reason.NO_RULE,
                new FlowRecord.Ip(
                        4, IpAddress.parse("10.0.0.1"), IpAddress.parse("10.0.0.2"), null, null),
                new FlowRecord.L4("TCP", lastSourcePort, 81),
                null,
                party("client"),
                party("web"),
                packets,
                60 * packets,
                0,
                0,
                null,
                null,
                null,
                START,
                null,
                null);
    }

    private static FlowRecord.Party party(final String pod) {
        return new FlowRecord.Party(
                1003,
                null,
                null,
                null,
                "default",
                pod,
                Map.of("app", pod),
                pod + "-id",
                4_026_532_300L,
                null,
                null,
                null);
    }

    /** The flow's one report. */
    public static FlowReport report(final FlowRecord flow) {
        return new FlowReport(
                flow,
                FlowEnd.of(flow),
                flow.start(),
                flow.packets(),
                flow.bytes(),
                flow.replyPackets(),
                flow.replyBytes());
    }
}
