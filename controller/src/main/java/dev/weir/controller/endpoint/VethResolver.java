package dev.weir.controller.endpoint;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.netlink.NetworkAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.netlink.NetworkSocket;
import dev.weir.dataplane.table.EndpointRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the host side of a container's interface by indices, never by names. */
public final class VethResolver implements HostNetwork, AutoCloseable {
    private final NetworkNamespace host;

    /** Over the agent's own namespace; {@link #close} closes it. */
    public VethResolver(final NetworkNamespace host) {
        this.host = host;
    }

    @Override
    public VethPair resolve(final AttachRequest request) {
        final String path = path(request);
        final String field = request.netns().isPresent() ? "netns" : "pid";
        if (Files.notExists(Path.of(path))) {
            throw gone(field, path);
        }
        try (NetworkNamespace container = NetworkNamespace.open(Path.of(path))) {
            if (container.inode() == host.inode()) {
                throw new ResolveException(
                        field,
                        path + " is the node's own network namespace (expected: a container's)");
            }
            return resolve(request, path, container);
        } catch (final BpfException e) {
            throw new ResolveException(
                    field, path + " is no network namespace that can be used: " + e.getMessage());
        }
    }

    private VethPair resolve(
            final AttachRequest request, final String path, final NetworkNamespace container) {
        final String name = request.containerInterface();
        final NetworkLink inner =
                container.link(name).orElseThrow(() -> noSuchInterface(name, path, container));
        if (!inner.isVeth()) {
            throw new ResolveException(
                    "ifname",
                    "interface "
                            + name
                            + " in "
                            + path
                            + " is "
                            + (inner.kind().isEmpty() ? "no virtual link" : "a " + inner.kind())
                            + " (expected: a veth with its other end on this node)");
        }
        final NetworkLink outer =
                host.link(inner.peerIndex())
                        .filter(NetworkLink::isVeth)
                        .filter(link -> link.peerIndex() == inner.ifIndex())
                        .orElseThrow(() -> otherEndElsewhere(name, path));
        final List<IpAddress> addresses = addresses(container, inner);
        if (addresses.size() > EndpointRow.MAX_ADDRESSES) {
            throw new ResolveException(
                    "ifname",
                    "interface "
                            + name
                            + " has "
                            + addresses.size()
                            + " addresses (expected: at most "
                            + EndpointRow.MAX_ADDRESSES
                            + ")");
        }
        return new VethPair(
                name,
                inner.mac(),
                addresses,
                outer.name(),
                outer.ifIndex(),
                outer.mac(),
                path,
                container.inode(),
                container.cookie());
    }

    private static List<IpAddress> addresses(
            final NetworkNamespace container, final NetworkLink link) {
        return container.addresses().stream()
                .filter(each -> each.ifIndex() == link.ifIndex())
                .map(NetworkAddress::address)
                .distinct()
                .sorted()
                .toList();
    }

    private static String path(final AttachRequest request) {
        if (request.netns().isPresent()) {
            return request.netns().get();
        }
        final int pid =
                request.pid()
                        .orElseThrow(
                                () ->
                                        new ResolveException(
                                                "netns",
                                                "neither netns nor pid is given (expected: one of"
                                                        + " them)"));
        return "/proc/" + pid + "/ns/net";
    }

    private static ResolveException gone(final String field, final String path) {
        return new ResolveException(
                field,
                "network namespace "
                        + path
                        + " does not exist (expected: the path or pid of a running container)");
    }

    private static ResolveException noSuchInterface(
            final String name, final String path, final NetworkNamespace container) {
        return new ResolveException(
                "ifname",
                "no interface "
                        + name
                        + " in "
                        + path
                        + " (expected: one of "
                        + container.links().stream()
                                .filter(link -> !link.isLoopback())
                                .map(NetworkLink::name)
                                .collect(Collectors.joining(", "))
                        + ")");
    }

    private static ResolveException otherEndElsewhere(final String name, final String path) {
        return new ResolveException(
                "ifname",
                "the other end of "
                        + name
                        + " in "
                        + path
                        + " is not in the agent's network namespace (expected: a container whose"
                        + " veth ends on this node)");
    }

    @Override
    public Optional<NetworkLink> link(final int ifIndex) {
        return host.link(ifIndex);
    }

    @Override
    public List<NetworkSocket> sockets(final String netns) {
        try (NetworkNamespace container = NetworkNamespace.open(Path.of(netns))) {
            return container.sockets();
        }
    }

    @Override
    public Set<IpAddress> addresses() {
        return host.addresses().stream()
                .map(NetworkAddress::address)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        host.close();
    }
}
