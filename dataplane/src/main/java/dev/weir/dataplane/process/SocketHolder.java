package dev.weir.dataplane.process;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.layout.ProcessVia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.agrona.BufferUtil;

/**
 * A process and its sockets. Owns a descriptor of it, so that its number never means another:
 * whatever succeeds was done to the process that was there when this was opened. One thread.
 */
public final class SocketHolder implements AutoCloseable {
    private static final Path OWN = Path.of("/proc/self/ns/pid");

    /** {@code PROC_PID_INIT_INO}. */
    private static final String HOSTS = "pid:[4026531836]";

    /** What the kernel calls the protocols of IPv4 and IPv6 that know no connection. */
    private static final Set<String> DATAGRAMS =
            Set.of("UDP", "UDPv6", "UDP-Lite", "UDPLITEv6", "RAW", "RAWv6", "PING", "PINGv6");

    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int UDPLITE = 136;

    private final int pid;
    private final Descriptor process;
    private final ByteBuffer protocol = DirectMemory.allocate(32);

    private SocketHolder(final int pid, final int fd) {
        this.pid = pid;
        this.process = new Descriptor(fd, "process " + pid);
    }

    /**
     * Takes hold of it.
     *
     * @throws BpfException ESRCH if it is gone
     */
    public static SocketHolder open(final int pid) {
        return new SocketHolder(
                pid, BpfException.check(Native.processOpen(pid), "open process", pid));
    }

    /** Whether pids are here what they are to the programs: those of the host. */
    public static boolean countsAsTheHost() {
        try {
            return Files.readSymbolicLink(OWN).toString().equals(HOSTS);
        } catch (final IOException e) {
            return true; // a kernel without such namespaces
        }
    }

    /**
     * Tries, on this process, what the others are asked.
     *
     * @throws BpfException if the kernel cannot do it
     */
    public static void probe() {
        try (SocketHolder own = open((int) ProcessHandle.current().pid());
                Descriptor copy = own.copy(own.process.number())) {
            copy.number();
        }
    }

    public int pid() {
        return pid;
    }

    /**
     * Whether its descriptor {@code fd} is an IPv4 or IPv6 socket for datagrams or raw packets.
     * Asked by its name in {@code /proc}, without taking a copy of the socket.
     */
    public boolean hasDatagrams(final int fd) {
        final int length =
                Native.socketProtocol(
                        "/proc/" + pid + "/fd/" + fd,
                        BufferUtil.address(protocol),
                        protocol.capacity());
        return length > 0 && DATAGRAMS.contains(DirectMemory.text(protocol, length - 1));
    }

    /**
     * A second descriptor of its socket; the caller closes it at once, because as long as it is
     * open the socket outlives its owner.
     */
    Descriptor copy(final int fd) {
        return new Descriptor(
                BpfException.check(
                        Native.processCopy(process.number(), fd), "copy a socket of process", pid),
                "copy of a socket of process " + pid);
    }

    /**
     * How the programs would know whose socket it is; empty where they would not keep it. By then
     * the descriptor may be of something else than it was.
     */
    static Optional<ProcessVia> via(final Descriptor socket) {
        final int number = socket.number();
        final int domain = option(number, SO_DOMAIN);
        if (domain != AF_INET && domain != AF_INET6) {
            return Optional.empty();
        }
        final int protocol = option(number, SO_PROTOCOL);
        final int type = option(number, SO_TYPE);
        if (type == SOCK_STREAM) {
            return protocol == TCP && option(number, SO_ACCEPTCONN) == 1
                    ? Optional.of(ProcessVia.BIND)
                    : Optional.empty();
        }
        // Raw and ping sockets bind without asking the programs.
        final boolean isBound =
                type == SOCK_DGRAM
                        && (protocol == UDP || protocol == UDPLITE)
                        && port(number) > 0
                        && Errno.ENOTCONN.is(Native.socketPort(number, true));
        return Optional.of(isBound ? ProcessVia.BIND : ProcessVia.SOCKET);
    }

    private static int option(final int socket, final int option) {
        return BpfException.check(
                Native.socketOption(socket, option), "ask for socket option", option);
    }

    private static int port(final int socket) {
        return BpfException.check(
                Native.socketPort(socket, false), "ask for the port of", "socket");
    }

    @Override
    public void close() {
        process.close();
    }
}
