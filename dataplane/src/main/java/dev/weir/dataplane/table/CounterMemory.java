package dev.weir.dataplane.table;

import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Per-CPU records of counters: one buffer a CPU, or a map's memory, of which only the pages that
 * somebody reads are mapped. Any thread.
 */
abstract class CounterMemory implements AutoCloseable {
    abstract int cpus();

    /** The eight bytes at {@code offset} of a record. */
    abstract long read(int cpu, int record, int offset);

    @Override
    public void close() {}

    static CounterMemory of(final AtomicBuffer[] regions, final int records, final int length) {
        return new Buffers(Regions.views(regions, records * length), length);
    }

    static CounterMemory of(final BpfMap map, final int cpus, final int records, final int length) {
        return new Mapped(map, cpus, records, length);
    }

    private static final class Buffers extends CounterMemory {
        private final UnsafeBuffer[] regions;
        private final int length;

        Buffers(final UnsafeBuffer[] regions, final int length) {
            this.regions = regions;
            this.length = length;
        }

        @Override
        int cpus() {
            return regions.length;
        }

        @Override
        long read(final int cpu, final int record, final int offset) {
            return regions[cpu].getLongVolatile(record * length + offset);
        }
    }

    /** Counters are eight bytes at a multiple of eight: none lies in two blocks. */
    private static final class Mapped extends CounterMemory {
        private static final int PAGES = 4; // a power of two, as a page's size is

        private final BpfMap map;
        private final int cpus;
        private final int records;
        private final int length;
        private final long bytes;
        private final int blockBytes = PAGES * Native.pageSize();
        private final int blockShift = Integer.numberOfTrailingZeros(blockBytes);
        private final AtomicReferenceArray<Block> blocks;

        private record Block(MappedMemory memory, UnsafeBuffer view) {}

        Mapped(final BpfMap map, final int cpus, final int records, final int length) {
            this.map = map;
            this.cpus = cpus;
            this.records = records;
            this.length = length;
            this.bytes = (long) cpus * records * length;
            this.blocks = new AtomicReferenceArray<>((int) ((bytes + blockBytes - 1) / blockBytes));
        }

        @Override
        int cpus() {
            return cpus;
        }

        @Override
        long read(final int cpu, final int record, final int offset) {
            final long at = ((long) cpu * records + record) * length + offset;
            final int index = (int) (at >>> blockShift);
            final Block known = blocks.get(index);
            final Block block = known == null ? map(index) : known;
            return block.view.getLongVolatile((int) at & blockBytes - 1);
        }

        private synchronized Block map(final int index) {
            final Block known = blocks.get(index);
            if (known != null) {
                return known;
            }
            final long start = (long) index * blockBytes;
            final int here = (int) Math.min(blockBytes, bytes - start);
            final MappedMemory memory = MappedMemory.of(map, start, here, false);
            final Block block = new Block(memory, memory.view(0, here));
            blocks.set(index, block);
            return block;
        }

        @Override
        public synchronized void close() {
            for (int i = 0; i < blocks.length(); i++) {
                final Block block = blocks.getAndSet(i, null);
                if (block != null) {
                    block.memory.close();
                }
            }
        }
    }
}
