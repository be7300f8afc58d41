package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class OffHeapTest {
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(64));

    @Test
    void shouldNameTheMemoryOfABuffer() {
        memory.putLong(16, 0x1122_3344_5566_7788L);

        assertThat(UnsafeApi.getLong(OffHeap.address(memory, 16, 8)))
                .isEqualTo(0x1122_3344_5566_7788L);
    }

    @Test
    void shouldRefuseWhatIsNotWhollyInTheBuffer() {
        assertThatThrownBy(() -> OffHeap.address(memory, 57, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> OffHeap.address(memory, -1, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldRefuseAnArray() {
        final UnsafeBuffer array = new UnsafeBuffer(new byte[64]);

        assertThatThrownBy(() -> OffHeap.address(array, 0, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: direct memory");
    }
}
