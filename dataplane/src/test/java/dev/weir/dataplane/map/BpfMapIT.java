package dev.weir.dataplane.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class BpfMapIT {
    private final UnsafeBuffer key = new UnsafeBuffer(DirectMemory.allocate(4));
    private final UnsafeBuffer value = new UnsafeBuffer(DirectMemory.allocate(8));

    private static BpfMap hash() {
        return BpfMap.create("test", MapType.HASH, 4, 8, 16, 0);
    }

    @Test
    void shouldAnswerAMissWithFalseAndNotWithAnError() {
        try (BpfMap map = hash()) {
            assertThat(map.lookup(key, value)).isFalse();
            assertThat(map.delete(key)).isFalse();
            assertThat(map.insert(key, value)).isTrue();
            assertThat(map.insert(key, value)).isFalse();
            assertThat(map.lookup(key, value)).isTrue();
            assertThat(map.memoryBytes()).isPositive();
        }
    }

    @Test
    void shouldNotAllocateOnLookup() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (BpfMap map = hash()) {
            for (int i = 0; i < 20_000; i++) {
                map.lookup(key, value);
            }
            threads.getCurrentThreadAllocatedBytes();
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                map.lookup(key, value);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
        }
    }

    @Test
    void shouldRefuseBuffersThatTheKernelCannotReach() {
        try (BpfMap map = hash()) {
            assertThatThrownBy(() -> map.lookup(new UnsafeBuffer(new byte[4]), value))
                    .hasMessage("key: 4 bytes on the heap (expected: a direct buffer of 4)");
            assertThatThrownBy(() -> map.update(key, key))
                    .hasMessage("value: 4 bytes (expected: a direct buffer of 8)");
        }
    }

    @Test
    void shouldNameOperationTargetAndErrorOfARefusal() {
        assertThatThrownBy(() -> BpfMap.create("policy", MapType.HASH, 0, 8, 4, 0))
                .isInstanceOfSatisfying(
                        BpfException.class, e -> assertThat(e.is(Errno.EINVAL)).isTrue())
                .hasMessage("create map policy: EINVAL");
    }

    @Test
    void shouldSayWhatAMapIsThatShouldBeAnother() {
        try (BpfMap map = hash()) {
            assertThatThrownBy(() -> map.expect(MapType.LRU_HASH, 4, 16))
                    .hasMessage("test: hash of 4 -> 8 bytes (expected: lru_hash of 4 -> 16 bytes)");
        }
    }

    @Test
    void shouldPinAndFindAgain() throws IOException {
        try (TemporaryBpffs bpffs = TemporaryBpffs.mount();
                BpfMap map = hash()) {
            map.insert(key, value);
            map.pin(bpffs.path().resolve("pinned"));
            try (BpfMap again = BpfMap.pinned(bpffs.path().resolve("pinned"))) {
                assertThat(again.lookup(key, value)).isTrue();
                assertThat(again.info()).isEqualTo(map.info());
            }
        }
    }

    @Test
    void shouldMountABpffsWhereOneIsMissingAndOnlyThere(@TempDir final Path folder)
            throws IOException {
        final Path place = folder.resolve("bpf");
        TemporaryBpffs.make(place, () -> assertThat(BpfFs.mountIfMissing(place)).isTrue());
        try {
            assertThat(BpfFs.isOn(place)).isTrue();
            assertThat(BpfFs.mountIfMissing(place)).isFalse();
            assertThat(BpfFs.mountIfMissing(place.resolve("weir"))).isFalse();
            assertThat(Files.isDirectory(place.resolve("weir"))).isTrue();
        } finally {
            BpfFs.unmount(place);
            TemporaryBpffs.removed(place);
        }
    }
}
