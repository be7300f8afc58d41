package dev.weir.dataplane.netlink;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A network namespace, held by one descriptor; questions are asked inside it, by a socket that a
 * native thread opens there.
 */
public final class NetworkNamespace implements AutoCloseable {
    private NetworkNamespace() {}

    /**
     * The namespace behind {@code path}, such as {@code /proc/1234/ns/net} or {@code /run/netns/x}.
     *
     * @throws dev.weir.dataplane.jni.BpfException ENOENT if it is gone, EINVAL if it is none
     */
    public static NetworkNamespace open(final Path path) {
        throw new UnsupportedOperationException("not yet");
    }

    /** The namespace of this process. */
    public static NetworkNamespace current() {
        return open(Path.of("/proc/self/ns/net"));
    }

    /** Inode number: the same number is the same namespace. */
    public long inode() {
        throw new UnsupportedOperationException("not yet");
    }

    /** SO_NETNS_COOKIE, never reused while the machine runs; 0 where the kernel has none. */
    public long cookie() {
        throw new UnsupportedOperationException("not yet");
    }

    public List<NetworkLink> links() {
        throw new UnsupportedOperationException("not yet");
    }

    public Optional<NetworkLink> link(final int ifIndex) {
        throw new UnsupportedOperationException("not yet");
    }

    public Optional<NetworkLink> link(final String name) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Addresses of every interface, both families. */
    public List<NetworkAddress> addresses() {
        throw new UnsupportedOperationException("not yet");
    }

    /** TCP and UDP sockets of both families, listeners too. */
    public List<NetworkSocket> sockets() {
        throw new UnsupportedOperationException("not yet");
    }

    /** Runs {@code task} on a fresh thread inside the namespace and waits for its answer. */
    public <T> T call(final Callable<T> task) throws Exception {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
