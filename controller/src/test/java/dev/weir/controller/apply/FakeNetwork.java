package dev.weir.controller.apply;

import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.HostNetwork;
import dev.weir.controller.endpoint.ResolveException;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkSocket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Containers and links by hand. */
final class FakeNetwork implements HostNetwork {
    final Map<String, VethPair> containers = new HashMap<>();
    final Map<String, List<NetworkSocket>> sockets = new HashMap<>();
    final Set<IpAddress> addresses = new HashSet<>(Set.of(IpAddress.parse("10.0.0.1")));

    /** A container that runs: its veth has {@code ifIndex} here. */
    void run(final String netns, final int ifIndex, final String... ips) {
        containers.put(
                netns,
                new VethPair(
                        "eth0",
                        new MacAddress(0x0200_0000_0000L + ifIndex),
                        Arrays.stream(ips).map(IpAddress::parse).sorted().toList(),
                        "veth" + ifIndex,
                        ifIndex,
                        new MacAddress(0x0600_0000_0000L + netns.hashCode() % 1_000),
                        netns,
                        4_026_000_000L + ifIndex,
                        ifIndex));
    }

    void stop(final String netns) {
        containers.remove(netns);
    }

    @Override
    public VethPair resolve(final AttachRequest request) {
        final VethPair veth = containers.get(request.netns().orElse(""));
        if (veth == null || !veth.containerInterface().equals(request.containerInterface())) {
            throw new ResolveException("netns", "network namespace does not exist");
        }
        return veth;
    }

    @Override
    public Optional<NetworkLink> link(final int ifIndex) {
        return containers.values().stream()
                .filter(veth -> veth.ifIndex() == ifIndex)
                .map(
                        veth ->
                                new NetworkLink(
                                        ifIndex,
                                        veth.interfaceName(),
                                        "veth",
                                        2,
                                        0,
                                        0,
                                        veth.hostMac(),
                                        1_500,
                                        1))
                .findFirst();
    }

    @Override
    public List<NetworkSocket> sockets(final String netns) {
        return sockets.getOrDefault(netns, List.of());
    }

    @Override
    public Set<IpAddress> addresses() {
        return Set.copyOf(addresses);
    }
}
