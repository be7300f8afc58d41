package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/**
 * BPF_PROG_TEST_RUN: runs a loaded program on a packet, with no interface and no traffic. Build,
 * run, throw away.
 */
public final class TestRun {
    private static final int LENGTH = 64;
    private static final int DATA_OUT_ROOM = 1024;

    // struct __sk_buff and struct xdp_md, linux/bpf.h
    private static final int SKB_LENGTH = 192;
    private static final int SKB_INGRESS_IFINDEX = 36;
    private static final int SKB_IFINDEX = 40;
    private static final int SKB_GSO_SEGS = 164;
    private static final int SKB_GSO_SIZE = 176;
    private static final int XDP_LENGTH = 24;
    private static final int XDP_DATA_END = 4;
    private static final int XDP_INGRESS_IFINDEX = 12;
    private static final int XDP_RX_QUEUE = 16;

    private final BpfProgram program;
    private ByteBuffer data = DirectMemory.allocate(0);
    private int dataLength;
    private ByteBuffer context;
    private int repeat = 1;

    TestRun(final BpfProgram program) {
        this.program = program;
    }

    /** The packet, from the Ethernet header on: at least 14 bytes. */
    public TestRun packet(final byte[] packet) {
        data = DirectMemory.allocate(packet.length);
        data.put(0, packet);
        dataLength = packet.length;
        return this;
    }

    /**
     * As an sk_buff that came in at one interface; the program sees both numbers.
     *
     * @param ifIndex where the program runs; must exist
     * @param ingressIfIndex where the packet came in, 0 = made here
     */
    public TestRun skb(final int ifIndex, final int ingressIfIndex) {
        context = DirectMemory.allocate(SKB_LENGTH);
        context.putInt(SKB_IFINDEX, ifIndex).putInt(SKB_INGRESS_IFINDEX, ingressIfIndex);
        return this;
    }

    /** After {@link #skb}: the packet stands for {@code segments} of {@code size} bytes payload. */
    public TestRun gso(final int segments, final int size) {
        context.putInt(SKB_GSO_SEGS, segments).putInt(SKB_GSO_SIZE, size);
        return this;
    }

    /** As an XDP frame of one interface and queue; both must exist. */
    public TestRun xdp(final int ifIndex, final int queue) {
        context = DirectMemory.allocate(XDP_LENGTH);
        context.putInt(XDP_DATA_END, dataLength)
                .putInt(XDP_INGRESS_IFINDEX, ifIndex)
                .putInt(XDP_RX_QUEUE, queue);
        return this;
    }

    public TestRun repeat(final int times) {
        repeat = times;
        return this;
    }

    /** Runs it. */
    public Result run() {
        final ByteBuffer out = DirectMemory.allocate(dataLength + DATA_OUT_ROOM);
        final ByteBuffer contextOut =
                DirectMemory.allocate(context == null ? 0 : context.capacity());
        final ByteBuffer run = DirectMemory.allocate(LENGTH);
        run.putLong(0, BufferUtil.address(data)).putLong(8, BufferUtil.address(out));
        run.putInt(32, dataLength).putInt(36, dataLength + DATA_OUT_ROOM).putInt(48, repeat);
        if (context != null) {
            run.putLong(16, BufferUtil.address(context));
            run.putLong(24, BufferUtil.address(contextOut));
            run.putInt(40, context.capacity()).putInt(44, contextOut.capacity());
        }
        try {
            BpfException.check(
                    Native.programTestRun(program.descriptor(), BufferUtil.address(run)),
                    "test-run program",
                    program.name());
        } finally {
            // The kernel knows these only by their addresses.
            Reference.reachabilityFence(data);
            Reference.reachabilityFence(out);
            Reference.reachabilityFence(context);
            Reference.reachabilityFence(contextOut);
        }
        final byte[] packet = new byte[run.getInt(36)];
        out.get(0, packet);
        return new Result(run.getInt(52), packet, run.getInt(56));
    }

    /**
     * What came out.
     *
     * @param returnValue of the program, the last time it ran
     * @param packet as the program left it
     * @param nanos of one run, mean
     */
    public record Result(int returnValue, byte[] packet, int nanos) {}
}
