package dev.weir.controller.flow;

import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowRecord.Party;
import dev.weir.controller.flow.FlowRecord.PolicyMatch;
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

    private static final String[] FLAG_NAMES = {
        "SYN", "ACK", "PSH", "URG", "ECE", "CWR", "RST", "FIN"
    };

    private final String node;
    private final FlowNames names;
    private final EndpointLives lives;
    private final FlowTime time;

    FlowDescriber(
            final String node,
            final FlowNames names,
            final EndpointLives lives,
            final FlowTime time) {
        this.node = node;
        this.names = names;
        this.lives = lives;
        this.time = time;
    }

    FlowRecord describe(final FlowRow flow, final FlowRecord.Event event) {
        final Direction opener = flow.opener();
        final boolean outward = opener == Direction.EGRESS;
        final Endpoint recorder = lives.endpoint(flow.life());
        final IpAddress localAddress = isSpoofed(flow) ? null : flow.local();
        final IpAddress remoteAddress = flow.remote();
        final Party local = recorder == null ? UNKNOWN : party(recorder);
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
                        outward ? remoteAddress : localAddress),
                l4(flow, outward),
                outward ? local : remote,
                outward ? remote : local,
                flow.packets(opener),
                flow.bytes(opener),
                flow.packets(opener.reverse()),
                flow.bytes(opener.reverse()),
                flow.protocol() == Protocols.TCP && !flow.isDenied() ? tcp(flow) : null,
                Protocols.isIcmp(flow.protocol()) && !flow.isDenied()
                        ? new FlowRecord.Icmp(flow.icmpType(), flow.icmpCode())
                        : null,
                policy(flow.rule()),
                time.instant(flow.firstSeen()),
                flow.stage() == FlowRow.ENDED ? time.instant(flow.lastSeen()) : null);
    }

    /** The kernel keeps one entry for all sources that a container makes up, without any. */
    private static boolean isSpoofed(final FlowRow flow) {
        return flow.reason() == Reason.SPOOFED_ADDRESS || flow.reason() == Reason.SPOOFED_MAC;
    }

    private static final Party UNKNOWN = new Party(null, null, null, null, null, null, null, null);

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
                endpoint.namespace(),
                endpoint.pod(),
                endpoint.labels(),
                endpoint.containerId(),
                endpoint.netnsInode() == 0 ? null : endpoint.netnsInode());
    }

    private Party remote(final FlowRow flow, final IpAddress address) {
        final Endpoint endpoint = lives.endpoint(flow.remoteLife());
        if (endpoint != null) {
            return party(endpoint);
        }
        final int identity = flow.remoteIdentity();
        if (identity == IdentityInfo.HOST) {
            return new Party(identity, "host", null, null, null, null, null, null);
        }
        if (identity == IdentityInfo.WORLD) {
            return new Party(identity, "world", null, null, null, null, null, null);
        }
        if (identity == IdentityInfo.ANY) {
            return UNKNOWN; /* dropped before anybody asked who it is */
        }
        return names.identity(identity)
                .map(info -> party(info, address))
                .orElseGet(() -> new Party(identity, null, null, null, null, null, null, null));
    }

    private static Party party(final IdentityInfo info, final IpAddress address) {
        final Map<String, String> labels = info.namespace() == null ? null : info.labels();
        return new Party(
                info.identity(),
                info.host() ? "host" : null,
                narrowest(info, address).map(IpPrefix::toString).orElse(null),
                info.namespace(),
                null,
                labels,
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

    private static FlowRecord.Tcp tcp(final FlowRow flow) {
        final int bits = flow.tcpFlags();
        final List<String> flags = new ArrayList<>(FLAG_BITS.length);
        for (int i = 0; i < FLAG_BITS.length; i++) {
            if ((bits & FLAG_BITS[i]) != 0) {
                flags.add(FLAG_NAMES[i]);
            }
        }
        final long network = flow.handshakeNetwork();
        final long container = flow.handshakeContainer();
        return new FlowRecord.Tcp(
                flags,
                TcpState.of(flow.state()).text(),
                network == 0 || container == 0 ? null : network + container,
                network == 0 ? null : network,
                container == 0 ? null : container);
    }

    private List<PolicyMatch> policy(final int rule) {
        if (rule == 0) {
            return null;
        }
        return names.rule(rule)
                .map(
                        ref ->
                                List.of(
                                        new PolicyMatch(
                                                ref.kind(),
                                                ref.namespace(),
                                                ref.name(),
                                                ref.index() < 0 ? null : ref.description())))
                .orElse(null);
    }
}
