package dev.weir.dataplane.netlink;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A network namespace that lives as long as one task: probes try things there, in nobody's way. */
public final class ScratchNamespace {
    private static final int NLM_F_CREATE_EXCLUSIVE = 0x600;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;

    private ScratchNamespace() {}

    /**
     * Runs {@code task} on a thread of its own in a fresh namespace.
     *
     * @throws Exception what the task throws; BpfException where namespaces may not be made
     */
    public static <T> T call(final Callable<T> task) throws Exception {
        final FutureTask<T> future =
                new FutureTask<>(
                        () -> {
                            BpfException.check(
                                    Native.namespaceUnshare(), "make a", "network namespace");
                            return task.call();
                        });
        final Thread thread = new Thread(future, "scratch-namespace");
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

    /**
     * Makes a veth pair in the calling thread's namespace.
     *
     * @return the index of the end called {@code name}
     */
    public static int addVeth(final String name) {
        final ByteBuffer request = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
        request.position(RouteMessages.LINK_LENGTH);
        attribute(request, IFLA_IFNAME, (name + '\0').getBytes(StandardCharsets.UTF_8));
        final byte[] kind = "veth\0".getBytes(StandardCharsets.UTF_8);
        final ByteBuffer nested = ByteBuffer.allocate(12).order(ByteOrder.nativeOrder());
        attribute(nested, IFLA_INFO_KIND, kind);
        attribute(request, IFLA_LINKINFO, nested.array());
        final byte[] message = new byte[request.position()];
        request.get(0, message);
        try (NetlinkSocket socket =
                NetlinkSocket.open(NetlinkSocket.OWN_NAMESPACE, NetlinkSocket.ROUTE, 0)) {
            socket.change(RouteMessages.NEW_LINK, NLM_F_CREATE_EXCLUSIVE, message);
        }
        try (NetworkNamespace namespace = NetworkNamespace.current()) {
            return namespace.link(name).orElseThrow().ifIndex();
        }
    }

    private static void attribute(final ByteBuffer out, final int type, final byte[] value) {
        out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while ((out.position() & 3) != 0) {
            out.put((byte) 0);
        }
    }
}
