package dev.weir.controller.discovery;

import dev.weir.controller.endpoint.VethPair;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.netlink.NetworkAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * Finds containers from the kernel alone: veths of this node, the namespaces that processes and
 * mounts show, and the kernel's word on which leads to which. Holds nothing between two looks.
 */
public final class HostContainers implements ContainerDiscovery {
    private final ProcessTable processes;

    /** Of this machine. */
    public HostContainers() {
        this(Path.of("/proc"));
    }

    HostContainers(final Path proc) {
        this.processes = new ProcessTable(proc);
    }

    /** One look at a time: each reads the whole of {@code /proc}. */
    @Override
    public synchronized List<FoundContainer> find(final IntPredicate interfaces) {
        try (NetworkNamespace host = NetworkNamespace.current()) {
            final Map<Integer, List<NetworkLink>> open = new HashMap<>();
            for (final NetworkLink link : host.links()) {
                if (leadsAway(link) && interfaces.test(link.ifIndex())) {
                    open.computeIfAbsent(link.peerNamespaceId(), none -> new ArrayList<>())
                            .add(link);
                }
            }
            return open.isEmpty() ? List.of() : behind(open, host);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True for a veth with its other end in another namespace. */
    static boolean leadsAway(final NetworkLink link) {
        return link.isVeth() && link.peerNamespaceId() >= 0;
    }

    private List<FoundContainer> behind(
            final Map<Integer, List<NetworkLink>> open, final NetworkNamespace host)
            throws IOException {
        final List<FoundContainer> found = new ArrayList<>();
        final Map<Long, Path> mounts = processes.mounts();
        final Map<Long, TreeSet<Integer>> pids = processes.namespaces();
        mounts.keySet().forEach(inode -> pids.computeIfAbsent(inode, none -> new TreeSet<>()));
        pids.remove(host.inode());
        for (final Map.Entry<Long, TreeSet<Integer>> namespace : pids.entrySet()) {
            if (open.isEmpty()) {
                break;
            }
            for (final Path path : paths(mounts.get(namespace.getKey()), namespace.getValue())) {
                if (look(path, namespace, host, open, found)) {
                    break;
                }
            }
        }
        open.values().forEach(links -> links.forEach(link -> found.add(unseen(link))));
        found.sort(Comparator.comparing(FoundContainer::interfaceName));
        return found;
    }

    /** A mount lasts as long as the namespace; a process may be gone, and its number another's. */
    private List<Path> paths(final Path mount, final TreeSet<Integer> pids) {
        final List<Path> paths = new ArrayList<>();
        if (mount != null) {
            paths.add(mount);
        }
        pids.stream().limit(2).map(processes::namespaceOf).forEach(paths::add);
        return paths;
    }

    /** False when the namespace is not to be had by this path any more. */
    private boolean look(
            final Path path,
            final Map.Entry<Long, TreeSet<Integer>> namespace,
            final NetworkNamespace host,
            final Map<Integer, List<NetworkLink>> open,
            final List<FoundContainer> found) {
        try (NetworkNamespace inside = NetworkNamespace.open(path)) {
            if (inside.inode() != namespace.getKey()) {
                return false;
            }
            final int id = host.idOf(inside).orElse(-1);
            if (open.containsKey(id)) {
                final Owner owner = processes.owner(namespace.getValue());
                final List<NetworkLink> inner = inside.links();
                final List<NetworkAddress> addresses = inside.addresses();
                for (final NetworkLink outer : open.remove(id)) {
                    final Optional<VethPair> veth =
                            inner.stream()
                                    .filter(link -> isOtherEnd(link, outer))
                                    .map(link -> pair(link, outer, addresses, path, inside))
                                    .findFirst();
                    found.add(new FoundContainer(outer.name(), outer.ifIndex(), veth, owner));
                }
            }
            return true;
        } catch (final BpfException e) {
            return false;
        }
    }

    private static boolean isOtherEnd(final NetworkLink inner, final NetworkLink outer) {
        return inner.isVeth()
                && inner.ifIndex() == outer.peerIndex()
                && inner.peerIndex() == outer.ifIndex();
    }

    private static VethPair pair(
            final NetworkLink inner,
            final NetworkLink outer,
            final List<NetworkAddress> addresses,
            final Path path,
            final NetworkNamespace inside) {
        return new VethPair(
                inner.name(),
                inner.mac(),
                addresses.stream()
                        .filter(each -> each.ifIndex() == inner.ifIndex())
                        .map(NetworkAddress::address)
                        .distinct()
                        .sorted()
                        .toList(),
                outer.name(),
                outer.ifIndex(),
                outer.mac(),
                path.toString(),
                inside.inode(),
                inside.cookie());
    }

    private static FoundContainer unseen(final NetworkLink link) {
        return new FoundContainer(link.name(), link.ifIndex(), Optional.empty(), Owner.NONE);
    }
}
