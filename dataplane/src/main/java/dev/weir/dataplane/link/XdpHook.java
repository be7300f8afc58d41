package dev.weir.dataplane.link;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/**
 * What is at the XDP hook of an interface, whoever put it there.
 *
 * @param programId 0 = nothing
 * @param generic false = native
 */
public record XdpHook(int programId, boolean generic) {
    private static final int XDP_ATTACHED_SKB = 2;

    /** Asks the kernel. */
    public static XdpHook of(final int ifIndex) {
        final ByteBuffer out = DirectMemory.allocate(Long.BYTES);
        BpfException.check(
                Native.xdpQuery(ifIndex, BufferUtil.address(out)), "ask XDP of interface", ifIndex);
        return new XdpHook(out.getInt(0), out.getInt(4) == XDP_ATTACHED_SKB);
    }
}
