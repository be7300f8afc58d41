package dev.weir.dataplane.map;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;

/**
 * What the kernel says of a map ({@code struct bpf_map_info}).
 *
 * @param type kernel number
 * @param id kernel id
 * @param keySize in bytes
 * @param valueSize in bytes
 * @param maxEntries capacity; the ring buffer: bytes
 * @param flags BPF_F_*
 */
public record MapInfo(int type, int id, int keySize, int valueSize, int maxEntries, int flags) {
    private static final int LENGTH = 128;

    /** {@code BPF_F_MMAPABLE}. */
    public static final int MMAPABLE = 1 << 10;

    /** {@code BPF_F_NO_PREALLOC}. */
    public static final int NO_PREALLOC = 1;

    static MapInfo of(final int fd, final String name) {
        final ByteBuffer info = DirectMemory.allocate(LENGTH);
        BpfException.check(
                Native.kernelObjectInfo(fd, Memory.address(info), LENGTH), "ask map", name);
        return new MapInfo(
                info.getInt(0),
                info.getInt(4),
                info.getInt(8),
                info.getInt(12),
                info.getInt(16),
                info.getInt(20));
    }

    /** The type's name as bpftool prints it. */
    public String typeText() {
        return MapType.text(type);
    }

    /** True when the bytes of keys and values and the room are the same. */
    public boolean sameGeometry(final MapInfo other) {
        return type == other.type
                && keySize == other.keySize
                && valueSize == other.valueSize
                && maxEntries == other.maxEntries
                && flags == other.flags;
    }
}
