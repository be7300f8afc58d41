package dev.weir.dataplane.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Memory with an address, zeroed, eight-byte aligned, in host order: what native calls need. */
public final class DirectMemory {
    private DirectMemory() {}

    /** {@code length} zero bytes. */
    public static ByteBuffer allocate(final int length) {
        return ByteBuffer.allocateDirect(length + Long.BYTES)
                .alignedSlice(Long.BYTES)
                .slice(0, length)
                .order(ByteOrder.nativeOrder());
    }

    /** The first {@code length} bytes as text. */
    public static String text(final ByteBuffer buffer, final int length) {
        final byte[] bytes = new byte[length];
        buffer.get(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
