package dev.weir.controller.redirect;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.netlink.Bridging;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.ProgramCensus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@link FrameWatchers} as the kernel knows them. */
final class KernelFrameWatchers implements FrameWatchers {
    private static final Path BRIDGE_SETTINGS = Path.of("/proc/sys/net/bridge");
    private static final Path MODULES = Path.of("/proc/modules");

    private static final Path PACKET_SOCKETS = Path.of("/proc/net/packet");

    /** Columns there (net/packet/af_packet.c, packet_seq_show()). */
    private static final int PACKET_PROTOCOL = 3;

    private static final int PACKET_INTERFACE = 4;
    private static final int PACKET_RUNNING = 5;

    /** ETH_P_ALL, ETH_P_IP, ETH_P_IPV6. */
    private static final Set<String> IP_FRAMES = Set.of("0003", "0800", "86dd");

    /** Only these two: of ARP nothing is redirected. */
    private static final List<String> CALLS =
            List.of("bridge-nf-call-iptables", "bridge-nf-call-ip6tables");

    private final NetworkNamespace host;
    private final AttachMode attachMode;
    private final Supplier<Set<Integer>> ownPrograms;
    private final ProgramCensus xdpPrograms = new ProgramCensus(BpfProgram.XDP);
    private Bridging looked;
    private boolean xdpElsewhere;

    /**
     * @param host this node's network namespace
     * @param attachMode how our own programs are at the interfaces
     * @param ownPrograms kernel ids of ours
     */
    KernelFrameWatchers(
            final NetworkNamespace host,
            final AttachMode attachMode,
            final Supplier<Set<Integer>> ownPrograms) {
        this.host = host;
        this.attachMode = attachMode;
        this.ownPrograms = ownPrograms;
    }

    @Override
    public Bridging bridging() {
        return host.bridging();
    }

    @Override
    public Optional<String> ofNode(final Bridging bridging) {
        return bridgeNetfilter()
                .or(KernelFrameWatchers::ebtables)
                .or(() -> host.frameChain().map(chain -> "nftables chain " + chain))
                .or(() -> packetSocket(bridging));
    }

    /** Conntrack and iptables of the node follow every connection then, also translated ones. */
    private static Optional<String> bridgeNetfilter() {
        for (final String call : CALLS) {
            if (text(BRIDGE_SETTINGS.resolve(call)).strip().equals("1")) {
                return Optional.of("net.bridge." + call + " is 1");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ebtables() {
        return text(MODULES)
                .lines()
                .map(line -> line.substring(0, Math.max(0, line.indexOf(' '))))
                .filter(name -> name.matches("ebtable_(filter|nat|broute)"))
                .findFirst()
                .map(name -> "ebtables: module " + name);
    }

    private static String text(final Path path) {
        try {
            return Files.readString(path);
        } catch (final IOException e) {
            return ""; // there is no br_netfilter, or no module at all
        }
    }

    /** Somebody looks at frames of a bridge, of its ports or of all interfaces (packet(7)). */
    private static Optional<String> packetSocket(final Bridging bridging) {
        return text(PACKET_SOCKETS)
                .lines()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > PACKET_RUNNING)
                .filter(columns -> columns[PACKET_RUNNING].equals("1"))
                .filter(columns -> IP_FRAMES.contains(columns[PACKET_PROTOCOL]))
                .map(columns -> Integer.parseInt(columns[PACKET_INTERFACE]))
                .filter(
                        ifIndex ->
                                ifIndex == 0
                                        || bridging.ports().containsKey(ifIndex)
                                        || bridging.bridges().containsKey(ifIndex))
                .findFirst()
                .map(
                        ifIndex ->
                                "a packet socket, such as tcpdump's, at "
                                        + (ifIndex == 0
                                                ? "all interfaces"
                                                : "interface " + ifIndex));
    }

    @Override
    public Optional<String> ofEndpoint(final Bridging bridging, final Endpoint endpoint) {
        final int ifIndex = endpoint.ifIndex();
        final int tcx =
                KernelLink.tcxPrograms(ifIndex, false) + KernelLink.tcxPrograms(ifIndex, true);
        if (tcx > (attachMode == AttachMode.TCX ? 2 : 0)) {
            return Optional.of("a program of somebody else at TC of its veth");
        }
        if (bridging.filters().getOrDefault(ifIndex, 0)
                > (attachMode == AttachMode.CLSACT ? 2 : 0)) {
            return Optional.of("a filter of somebody else at TC of its veth");
        }
        return xdpElsewhere(bridging) && hasXdp(endpoint)
                ? Optional.of("an XDP program at the container's interface")
                : Optional.empty();
    }

    /** True if an XDP program is loaded that is neither ours nor at an interface of this node. */
    private boolean xdpElsewhere(final Bridging bridging) {
        if (bridging != looked) {
            looked = bridging;
            final Set<Integer> others = new HashSet<>(xdpPrograms.take());
            others.removeAll(bridging.xdpPrograms());
            others.removeAll(ownPrograms.get());
            xdpElsewhere = !others.isEmpty();
        }
        return xdpElsewhere;
    }

    /** Native XDP there sees what comes over the veth, and nothing that is redirected. */
    private static boolean hasXdp(final Endpoint endpoint) {
        try (NetworkNamespace inside = NetworkNamespace.open(Path.of(endpoint.netns()))) {
            return !inside.bridging().xdpPrograms().isEmpty();
        } catch (final BpfException e) {
            return true; // gone, or nobody can say
        }
    }
}
