package dev.weir.controller.flow;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Addresses of memory outside the Java heap, for what every sweep does with every flow: it is read
 * and written through {@link UnsafeApi} then. To the compiler a buffer may lie on the heap, so that
 * an access to one is a barrier for all else it knows, which was a third of a sweep's time.
 */
final class OffHeap {
    private OffHeap() {}

    /**
     * Where {@code length} bytes of a buffer are, whose bounds are checked here for all of them, if
     * they are checked at all. Good for as long as the buffer is reachable.
     *
     * @throws IllegalArgumentException if the buffer is an array
     */
    static long address(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        if (buffer.byteArray() != null) {
            throw new IllegalArgumentException("buffer: an array (expected: direct memory)");
        }
        return buffer.addressOffset() + offset;
    }
}
