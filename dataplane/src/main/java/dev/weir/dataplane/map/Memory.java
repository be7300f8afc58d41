package dev.weir.dataplane.map;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/** Addresses of direct buffers. */
final class Memory {
    private Memory() {}

    static long address(final ByteBuffer buffer) {
        return BufferUtil.address(buffer);
    }
}
