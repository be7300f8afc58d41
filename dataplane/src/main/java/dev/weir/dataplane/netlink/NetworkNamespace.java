package dev.weir.dataplane.netlink;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;
import org.agrona.BufferUtil;

/**
 * A network namespace, held by one descriptor; questions are asked inside it, by a socket that a
 * native thread opens there. Thread-safe.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int[] FAMILIES = {SocketMessages.AF_INET, SocketMessages.AF_INET6};
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int[] PROTOCOLS = {TCP, UDP};

    private final Path path;
    private final Descriptor descriptor;

    private NetworkNamespace(final Path path, final int fd) {
        this.path = path;
        this.descriptor = new Descriptor(fd, "network namespace " + path);
    }

    /**
     * The namespace behind {@code path}, such as {@code /proc/1234/ns/net} or {@code /run/netns/x}.
     *
     * @throws BpfException ENOENT if it is gone, EINVAL if it is none
     */
    public static NetworkNamespace open(final Path path) {
        final NetworkNamespace namespace =
                new NetworkNamespace(
                        path,
                        BpfException.check(
                                Native.namespaceOpen(path.toString()),
                                "open network namespace",
                                path));
        try {
            // Only a network namespace lets a netlink socket be opened in it.
            namespace.netlink(NetlinkSocket.ROUTE).close();
            return namespace;
        } catch (final BpfException e) {
            namespace.close();
            throw new BpfException("enter network namespace " + path, e.errno());
        }
    }

    /** The namespace that the calling thread is in. */
    public static NetworkNamespace current() {
        return open(Path.of("/proc/thread-self/ns/net"));
    }

    /** Inode number: the same number is the same namespace. */
    public long inode() {
        return BpfException.check(
                Native.namespaceInode(descriptor.number()), "ask the inode of", path);
    }

    /** SO_NETNS_COOKIE, never reused while the machine runs; 0 where the kernel has none. */
    public long cookie() {
        final ByteBuffer cookie = DirectMemory.allocate(Long.BYTES);
        final int result = Native.namespaceCookie(descriptor.number(), BufferUtil.address(cookie));
        if (result == -92) { // ENOPROTOOPT: before 5.14
            return 0;
        }
        BpfException.check(result, "ask the cookie of", path);
        return cookie.getLong(0);
    }

    /**
     * This namespace's id for {@code other}, as {@link NetworkLink#peerNamespaceId} has it; empty
     * where no link of this one leads there.
     */
    public OptionalInt idOf(final NetworkNamespace other) {
        final Dump<Integer> answer = new Dump<>(RouteMessages::namespaceId);
        try (NetlinkSocket socket = netlink(NetlinkSocket.ROUTE)) {
            socket.ask(
                    RouteMessages.GET_NAMESPACE_ID,
                    RouteMessages.namespaceIdRequest(other.descriptor.number()),
                    answer);
        }
        return answer.records().stream().mapToInt(id -> id).filter(id -> id >= 0).findFirst();
    }

    public List<NetworkLink> links() {
        return route(
                RouteMessages.GET_LINK,
                new byte[RouteMessages.LINK_LENGTH],
                new Dump<>(RouteMessages::link));
    }

    /** The bridges and their ports. */
    public Bridging bridging() {
        final Dump<Bridging.Part> parts = new Dump<>(BridgeMessages::part);
        final Dump<Integer> classified = new Dump<>(TrafficFilters::classified);
        final Map<Integer, Integer> filters = new HashMap<>();
        try (NetlinkSocket socket = netlink(NetlinkSocket.ROUTE)) {
            socket.dump(RouteMessages.GET_LINK, BridgeMessages.request(), parts);
            socket.dump(
                    TrafficFilters.GET_QDISC, new byte[TrafficFilters.MESSAGE_LENGTH], classified);
            for (final int ifIndex : classified.records()) {
                filters.put(ifIndex, TrafficFilters.count(socket, ifIndex));
            }
        }
        return Bridging.of(parts.records(), filters);
    }

    /**
     * A chain of nftables that frames meet on a bridge or at an interface, as {@code nft} names it:
     * of family bridge or netdev, or at the ingress hook of family inet.
     */
    public Optional<String> frameChain() {
        try (NetlinkSocket socket = netlink(NetlinkSocket.NETFILTER)) {
            return FilterChains.ofFrames(socket);
        } catch (final BpfException e) {
            if (e.is(Errno.EPROTONOSUPPORT)) { // the kernel has no nftables
                return Optional.empty();
            }
            throw e;
        }
    }

    public Optional<NetworkLink> link(final int ifIndex) {
        final Dump<NetworkLink> answer = new Dump<>(RouteMessages::link);
        try (NetlinkSocket socket = netlink(NetlinkSocket.ROUTE)) {
            socket.ask(RouteMessages.GET_LINK, RouteMessages.linkRequest(ifIndex), answer);
        } catch (final BpfException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        }
        return answer.records().stream().findFirst();
    }

    public Optional<NetworkLink> link(final String name) {
        return links().stream().filter(link -> link.name().equals(name)).findFirst();
    }

    /** Addresses of every interface, both families. */
    public List<NetworkAddress> addresses() {
        return route(
                RouteMessages.GET_ADDRESS,
                new byte[RouteMessages.ADDRESS_LENGTH],
                new Dump<>(RouteMessages::address));
    }

    /** TCP and UDP sockets of both families, listeners too. */
    public List<NetworkSocket> sockets() {
        return sockets(
                PROTOCOLS,
                SocketMessages.ALL_STATES,
                protocol -> (b, at, n) -> SocketMessages.socket(protocol, b, at));
    }

    /** Inodes of the TCP sockets that listen, both families. */
    public Set<Long> listeners() {
        return Set.copyOf(
                sockets(
                        new int[] {TCP},
                        SocketMessages.LISTENING,
                        protocol -> (b, at, n) -> SocketMessages.inode(b, at)));
    }

    private <T> List<T> sockets(
            final int[] protocols, final int states, final IntFunction<Dump.Parser<T>> parser) {
        final List<T> all = new ArrayList<>();
        try (NetlinkSocket socket = netlink(NetlinkSocket.SOCK_DIAG)) {
            for (final int protocol : protocols) {
                for (final int family : FAMILIES) {
                    final Dump<T> dump = new Dump<>(parser.apply(protocol));
                    socket.dump(
                            SocketMessages.BY_FAMILY,
                            SocketMessages.request(family, protocol, states),
                            dump);
                    all.addAll(dump.records());
                }
            }
        } catch (final BpfException e) {
            if (!e.is(Errno.ENOENT)) { // a kernel without inet_diag knows no sockets to adopt
                throw e;
            }
        }
        return all;
    }

    /**
     * Runs {@code task} on a fresh thread inside the namespace and waits for its answer.
     *
     * @throws Exception what the task throws
     */
    public <T> T call(final Callable<T> task) throws Exception {
        final FutureTask<T> future =
                new FutureTask<>(
                        () -> {
                            BpfException.check(
                                    Native.namespaceEnter(descriptor.number()),
                                    "enter network namespace",
                                    path);
                            return task.call();
                        });
        final Thread thread = new Thread(future, "in " + path);
        thread.start();
        try {
            return future.get();
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            thread.join();
        }
    }

    NetlinkSocket netlink(final int protocol) {
        return NetlinkSocket.open(descriptor.number(), protocol, 0);
    }

    NetlinkSocket subscription(final int groups) {
        return NetlinkSocket.open(descriptor.number(), NetlinkSocket.ROUTE, groups);
    }

    private <T> List<T> route(final int type, final byte[] request, final Dump<T> dump) {
        try (NetlinkSocket socket = netlink(NetlinkSocket.ROUTE)) {
            socket.dump(type, request, dump);
        }
        return dump.records();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
