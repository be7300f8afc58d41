package dev.weir.controller.flow;

import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowRecord.CloseReason;
import dev.weir.controller.flow.FlowRecord.Party;
import dev.weir.controller.flow.FlowRecord.PolicyMatch;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row of the ledger to a record with names; what is not known stays null. */
final class FlowDescriber {
    /** In the order of the header's bits from SYN on; FIN is what ends. */
    private static final int[] FLAG_BITS = {0x02, 0x10, 0x08, 0x20, 0x40, 0x80, 0x04, 0x01};

    /** Their names. */
    static final List<String> FLAGS =
            List.of("SYN", "ACK", "PSH", "URG", "ECE", "CWR", "RST", "FIN");

    private static final List<String> ECN = List.of("ECT(1)", "ECT(0)", "CE");
    private static final int RST = 0x04;

    /** The kernel's times of flows are jiffies, those of DNS are not. */
    private static final long SLACK_NANOS = 20_000_000;

    private static final int ECHO_REPLY_V6 = 129;

    private final String node;
    private final FlowNames names;
    private final EndpointLives lives;
    private final FlowTime time;
    private final FlowInsights insights;
    private FlowProcesses processes;

    FlowDescriber(
            final String node,
            final FlowNames names,
            final EndpointLives lives,
            final FlowTime time,
            final FlowInsights insights) {
        this.node = node;
        this.names = names;
        this.lives = lives;
        this.time = time;
        this.insights = insights;
    }

    /** Names processes too, from now on. */
    void watch(final FlowProcesses known) {
        processes = known;
    }

    FlowRecord describe(final FlowRow flow, final FlowRecord.Event event) {
        final Direction opener = flow.opener();
        final boolean outward = opener == Direction.EGRESS;
        final Endpoint recorder = lives.endpoint(flow.life());
        final IpAddress localAddress = isSpoofed(flow) ? null : flow.local();
        final IpAddress remoteAddress = flow.remote();
        final Party local = recorder == null ? UNKNOWN : local(recorder, flow);
        final Party remote = remote(flow, remoteAddress);
        return new FlowRecord(
                time.instant(flow.lastSeen()),
                node,
                recorder == null ? null : recorder.id(),
                event,
                opener,
                flow.verdict(),
                flow.reason(),
                new FlowRecord.Ip(
                        remoteAddress.version(),
                        outward ? localAddress : remoteAddress,
                        outward ? remoteAddress : localAddress,
                        flow.isDenied() ? null : flow.dscp(),
                        ecn(flow)),
                l4(flow, outward),
                flow.isDenied() || flow.vlan() == 0 ? null : flow.vlan(),
                outward ? local : remote,
                outward ? remote : local,
                flow.packets(opener),
                flow.bytes(opener),
                flow.packets(opener.reverse()),
                flow.bytes(opener.reverse()),
                flow.protocol() == Protocols.TCP && !flow.isDenied() ? tcp(flow) : null,
                Protocols.isIcmp(flow.protocol()) && !flow.isDenied()
                        ? new FlowRecord.Icmp(icmpType(flow, outward), flow.icmpCode())
                        : null,
                policy(flow),
                time.instant(flow.firstSeen()),
                flow.stage() == FlowRow.ENDED ? time.instant(flow.lastSeen()) : null,
                closeReason(flow));
    }

    /** Null while the flow is open, and for denied traffic, which is no connection. */
    private static CloseReason closeReason(final FlowRow flow) {
        if (flow.stage() != FlowRow.ENDED || flow.isDenied()) {
            return null;
        }
        final CloseReason seen = flow.protocol() == Protocols.TCP ? tcpClose(flow) : null;
        if (seen != null) {
            return seen;
        }
        return switch (flow.endCause()) {
            case FlowRow.BY_REUSE -> CloseReason.REUSED;
            case FlowRow.BY_PRESSURE -> CloseReason.EVICTED;
            case FlowRow.BY_DETACH -> CloseReason.DETACHED;
            default -> CloseReason.TIMEOUT;
        };
    }

    /** Null if TCP did not end it. */
    private static CloseReason tcpClose(final FlowRow flow) {
        return switch (TcpState.of(flow.state())) {
            case CLOSED -> CloseReason.FIN;
            case REFUSED -> CloseReason.REFUSED;
            case RESET ->
                    (flow.tcpFlags(flow.opener()) & RST) != 0
                            ? CloseReason.RESET_BY_SOURCE
                            : CloseReason.RESET_BY_DESTINATION;
            default -> null;
        };
    }

    /** A CPU may have seen only the echo's reply; who has the identifier sent the request. */
    private static int icmpType(final FlowRow flow, final boolean outward) {
        final int type = flow.icmpType();
        final boolean isReply = type == (flow.protocol() == Protocols.ICMP ? 0 : ECHO_REPLY_V6);
        final int identifier = outward ? flow.localPort() : flow.remotePort();
        return isReply && identifier != 0 ? CommunityId.counterpart(flow.protocol(), type) : type;
    }

    /** The kernel keeps one entry for all sources that a container makes up, without any. */
    private static boolean isSpoofed(final FlowRow flow) {
        return flow.reason() == Reason.SPOOFED_ADDRESS || flow.reason() == Reason.SPOOFED_MAC;
    }

    private static final Party UNKNOWN = Party.outside(null, null);

    private static FlowRecord.L4 l4(final FlowRow flow, final boolean outward) {
        final int protocol = flow.protocol();
        if (!Protocols.hasPorts(protocol)) {
            return new FlowRecord.L4(Protocols.name(protocol), null, null);
        }
        return new FlowRecord.L4(
                Protocols.name(protocol),
                outward ? flow.localPort() : flow.remotePort(),
                outward ? flow.remotePort() : flow.localPort());
    }

    private static Party party(final Endpoint endpoint) {
        return new Party(
                endpoint.identity(),
                null,
                null,
                null,
                endpoint.namespace(),
                endpoint.pod(),
                endpoint.labels(),
                endpoint.containerId(),
                endpoint.netnsInode() == 0 ? null : endpoint.netnsInode(),
                endpoint.mac(),
                endpoint.interfaceName(),
                null);
    }

    private Party local(final Endpoint endpoint, final FlowRow flow) {
        final Party party = party(endpoint);
        return processes == null ? party : party.with(processes.local(flow));
    }

    private Party remote(final FlowRow flow, final IpAddress address) {
        final Party known = whose(flow, address);
        final EndpointLife recorder = lives.get(flow.life());
        if (recorder == null || recorder.dns == null) {
            return known;
        }
        // A connection goes where a name led before it; denied traffic of one kind goes on.
        final long when = flow.isDenied() ? flow.lastSeen() : flow.firstSeen();
        final List<String> asked =
                recorder.dns.names(address, time.monotonicNanos(when) + SLACK_NANOS);
        return asked.isEmpty() ? known : known.with(asked);
    }

    private Party whose(final FlowRow flow, final IpAddress address) {
        final Endpoint endpoint = lives.endpoint(flow.remoteLife());
        if (endpoint != null) {
            final Party party = party(endpoint);
            return processes == null ? party : party.with(processes.remote(flow, endpoint));
        }
        final int identity = flow.remoteIdentity();
        if (identity == IdentityInfo.HOST) {
            return Party.outside(identity, "host");
        }
        if (identity == IdentityInfo.WORLD) {
            return Party.outside(identity, "world");
        }
        if (identity == IdentityInfo.ANY) {
            return UNKNOWN; /* dropped before anybody asked who it is */
        }
        return names.identity(identity)
                .map(info -> party(info, address))
                .orElseGet(() -> Party.outside(identity, null));
    }

    private static Party party(final IdentityInfo info, final IpAddress address) {
        final Map<String, String> labels = info.namespace() == null ? null : info.labels();
        return new Party(
                info.identity(),
                info.host() ? "host" : null,
                narrowest(info, address).map(IpPrefix::toString).orElse(null),
                null,
                info.namespace(),
                null,
                labels,
                null,
                null,
                null,
                null,
                null);
    }

    /** The longest of the identity's CIDRs that holds the address. */
    private static Optional<IpPrefix> narrowest(final IdentityInfo info, final IpAddress address) {
        IpPrefix best = null;
        for (final IpPrefix cidr : info.cidrs()) {
            if (cidr.contains(address) && (best == null || cidr.length() > best.length())) {
                best = cidr;
            }
        }
        return Optional.ofNullable(best);
    }

    private static List<String> ecn(final FlowRow flow) {
        if (flow.isDenied() || flow.ecn() <= 1) {
            return null; // bit 0 is Not-ECT
        }
        final List<String> seen = new ArrayList<>(ECN.size());
        for (int codepoint = 1; codepoint <= ECN.size(); codepoint++) {
            if ((flow.ecn() >> codepoint & 1) != 0) {
                seen.add(ECN.get(codepoint - 1));
            }
        }
        return seen;
    }

    private FlowRecord.Tcp tcp(final FlowRow flow) {
        final Direction opener = flow.opener();
        final int source = flow.tcpFlags(opener);
        final int destination = flow.tcpFlags(opener.reverse());
        final long network = flow.handshakeNetwork();
        final long container = flow.handshakeContainer();
        return new FlowRecord.Tcp(
                flags(source | destination),
                TcpState.of(flow.state()).text(),
                network == 0 || container == 0 ? null : network + container,
                network == 0 ? null : network,
                container == 0 ? null : container,
                insights.knows(flow) ? insights.rtt(flow) : null,
                insights.knows(flow) ? insights.retransmits(flow) : null,
                side(flow, opener, flags(source)),
                side(flow, opener.reverse(), flags(destination)));
    }

    private FlowRecord.TcpSide side(
            final FlowRow flow, final Direction direction, final List<String> flags) {
        return insights.knows(flow)
                ? new FlowRecord.TcpSide(
                        flags,
                        insights.retransmits(flow, direction),
                        insights.retransmittedBytes(flow, direction),
                        insights.outOfOrder(flow, direction),
                        insights.zeroWindows(flow, direction))
                : new FlowRecord.TcpSide(flags, null, null, null, null);
    }

    private static List<String> flags(final int bits) {
        final List<String> flags = new ArrayList<>(FLAG_BITS.length);
        for (int i = 0; i < FLAG_BITS.length; i++) {
            if ((bits & FLAG_BITS[i]) != 0) {
                flags.add(FLAGS.get(i));
            }
        }
        return flags;
    }

    /** What decided; null where no policy did, or nobody knows it any more. */
    List<PolicyMatch> policy(final FlowRow flow) {
        final int rule = flow.rule();
        if (rule != 0) {
            return names.rule(rule)
                    .map(
                            ref ->
                                    List.of(
                                            match(
                                                    ref.kind(),
                                                    ref.namespace(),
                                                    ref.name(),
                                                    ref.index() < 0 ? null : ref.description())))
                    .orElse(null);
        }
        final Endpoint recorder = lives.endpoint(flow.life());
        if (recorder == null || flow.reason() != Reason.NO_RULE && flow.reason() != Reason.CUT) {
            return null;
        }
        final List<ObjectMeta> isolating =
                names.isolating(recorder, flow.opener(), time.instant(flow.lastSeen()));
        return isolating.isEmpty()
                ? null
                : isolating.stream()
                        .map(
                                meta ->
                                        match(
                                                NetworkPolicyParser.KIND,
                                                meta.namespace(),
                                                meta.name(),
                                                null))
                        .toList();
    }

    private static PolicyMatch match(
            final String kind, final String namespace, final String name, final String rule) {
        return new PolicyMatch(kind, namespace.isEmpty() ? null : namespace, name, rule);
    }
}
