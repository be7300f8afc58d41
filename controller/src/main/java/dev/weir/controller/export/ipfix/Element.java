package dev.weir.controller.export.ipfix;

import dev.weir.controller.export.FlowEnd;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.flow.FlowRecord;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * One field of a data record: what names it in a template, and what a report has for it.
 *
 * @param owner enterprise number it is named under; 0 = IANA
 * @param number of the element
 * @param length in bytes; {@link #VARIABLE}: text with its length before it
 * @param value of a fixed-length element of at most 8 bytes, else null
 * @param text of a variable-length element, else null
 * @param address of an address element, else null
 */
record Element(
        long owner,
        int number,
        int length,
        ToLongFunction<FlowReport> value,
        Function<FlowReport, String> text,
        Function<FlowReport, IpAddress> address) {
    static final int VARIABLE = 0xFFFF;

    /** RFC 5103: the same element, of the reverse direction. */
    static final long REVERSE = 29_305;

    static Element number(
            final long owner,
            final int number,
            final int length,
            final ToLongFunction<FlowReport> value) {
        return new Element(owner, number, length, value, null, null);
    }

    static Element text(
            final long owner, final int number, final Function<FlowReport, String> text) {
        return new Element(owner, number, VARIABLE, null, text, null);
    }

    private static Element address(
            final int number, final int length, final Function<FlowReport, IpAddress> address) {
        return new Element(0, number, length, null, null, address);
    }

    /** What every record has, but for the addresses: IANA's elements and their reverse. */
    static List<Element> standard(final boolean ipv6) {
        final int bytes = ipv6 ? 16 : 4;
        return List.of(
                number(0, 152, 8, report -> report.since().toEpochMilli()),
                number(0, 153, 8, report -> report.flow().time().toEpochMilli()),
                address(ipv6 ? 27 : 8, bytes, report -> report.flow().ip().source()),
                address(ipv6 ? 28 : 12, bytes, report -> report.flow().ip().destination()),
                number(0, 7, 2, report -> orZero(report.flow().l4().sourcePort())),
                number(0, 11, 2, report -> orZero(report.flow().l4().destinationPort())),
                number(0, 4, 1, Element::protocol),
                number(0, 6, 2, Element::tcpFlags),
                number(0, ipv6 ? 139 : 32, 2, Element::icmp),
                number(0, 5, 1, report -> orZero(report.flow().ip().dscp()) << 2),
                number(0, 58, 2, report -> orZero(report.flow().vlan())),
                number(0, 61, 1, Element::direction),
                number(0, 239, 1, report -> 1), /* the source is the initiator */
                number(0, 136, 1, report -> report.end().number()),
                number(0, 89, 1, Element::forwarding),
                number(0, 233, 1, Element::firewall),
                number(0, 1, 8, FlowReport::bytes),
                number(0, 2, 8, FlowReport::packets),
                number(REVERSE, 1, 8, FlowReport::replyBytes),
                number(REVERSE, 2, 8, FlowReport::replyPackets));
    }

    /** Weir's own, under the given enterprise number; docs/exports.md lists them. */
    static List<Element> own(final long owner) {
        return List.of(
                text(owner, 1, report -> lower(report.flow().verdict())),
                text(owner, 2, report -> report.flow().reason().text()),
                text(owner, 3, report -> report.flow().source().namespace()),
                text(owner, 4, report -> report.flow().source().pod()),
                text(owner, 5, report -> report.flow().source().containerId()),
                text(owner, 6, report -> report.flow().destination().namespace()),
                text(owner, 7, report -> report.flow().destination().pod()),
                text(owner, 8, report -> report.flow().destination().containerId()),
                text(owner, 9, Element::policy),
                text(owner, 10, report -> report.flow().endpoint()),
                number(owner, 11, 8, report -> report.flow().start().toEpochMilli()),
                number(owner, 12, 8, report -> report.flow().bytes()),
                number(owner, 13, 8, report -> report.flow().packets()),
                number(owner, 14, 8, report -> report.flow().replyBytes()),
                number(owner, 15, 8, report -> report.flow().replyPackets()),
                number(owner, 16, 8, Element::handshake),
                text(owner, 17, report -> report.flow().communityId()));
    }

    private static long orZero(final Integer value) {
        return value == null ? 0 : value;
    }

    private static long protocol(final FlowReport report) {
        return switch (report.flow().l4().protocol()) {
            case "ICMP" -> 1;
            case "TCP" -> 6;
            case "UDP" -> 17;
            case "ICMPv6" -> 58;
            case "SCTP" -> 132;
            default -> Long.parseLong(report.flow().l4().protocol());
        };
    }

    private static final List<String> FLAGS =
            List.of("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR");

    private static long tcpFlags(final FlowReport report) {
        long bits = 0;
        if (report.flow().tcp() != null) {
            for (final String flag : report.flow().tcp().flags()) {
                final int bit = FLAGS.indexOf(flag);
                bits |= bit < 0 ? 0 : 1L << bit;
            }
        }
        return bits;
    }

    private static long icmp(final FlowReport report) {
        final FlowRecord.Icmp icmp = report.flow().icmp();
        return icmp == null ? 0 : (long) icmp.type() << 8 | icmp.code();
    }

    /** 0 = to the container, 1 = from it. */
    private static long direction(final FlowReport report) {
        return report.flow().direction() == Direction.EGRESS ? 1 : 0;
    }

    /** RFC 7270: 64 forwarded, 129 dropped by an access list, 128 dropped. */
    private static long forwarding(final FlowReport report) {
        if (report.flow().verdict() != Verdict.DENIED) {
            return 64;
        }
        final Reason reason = report.flow().reason();
        return reason == Reason.NO_RULE || reason == Reason.DENY_RULE || reason == Reason.CUT
                ? 129
                : 128;
    }

    /** 2 deleted, 3 denied, 5 update. */
    private static long firewall(final FlowReport report) {
        if (report.flow().verdict() == Verdict.DENIED) {
            return 3;
        }
        return report.end() == FlowEnd.ACTIVE_TIMEOUT ? 5 : 2;
    }

    private static String policy(final FlowReport report) {
        final List<FlowRecord.PolicyMatch> matches = report.flow().policy();
        if (matches == null || matches.isEmpty()) {
            return null;
        }
        final FlowRecord.PolicyMatch first = matches.get(0);
        final String namespace = first.namespace() == null ? "" : first.namespace() + "/";
        return first.kind()
                + "/"
                + namespace
                + first.name()
                + (first.rule() == null ? "" : "/" + first.rule());
    }

    private static long handshake(final FlowReport report) {
        return report.flow().tcp() == null || report.flow().tcp().handshakeNanos() == null
                ? 0
                : report.flow().tcp().handshakeNanos();
    }

    private static String lower(final Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
