package dev.weir.dataplane.event;

import dev.weir.dataplane.layout.LogLayout;
import org.agrona.concurrent.AtomicBuffer;

/**
 * What each CPU's program writes into a region of its own, read through shared memory: {@code
 * struct weir_log}. How far it was read is kept there, for whoever reads after us. One thread at a
 * time.
 */
public final class CpuLogs {
    private final AtomicBuffer logs;
    private final AtomicBuffer records;
    private final int cpus;
    private final int recordsOfCpu;
    private final int length;

    /**
     * Over the memory of two maps.
     *
     * @param logs {@link LogLayout#LENGTH} a CPU
     * @param records a region of {@code recordsOfCpu}, a power of two, for each CPU
     * @param length of a record in bytes
     */
    public CpuLogs(
            final AtomicBuffer logs,
            final AtomicBuffer records,
            final int cpus,
            final int recordsOfCpu,
            final int length) {
        this.logs = logs;
        this.records = records;
        this.cpus = cpus;
        this.recordsOfCpu = recordsOfCpu;
        this.length = length;
    }

    /**
     * Hands over up to {@code limit} records, each CPU's oldest first; never blocks.
     *
     * @return how many
     */
    public int poll(final RecordHandler handler, final int limit) {
        int handled = 0;
        for (int cpu = 0; cpu < cpus && handled < limit; cpu++) {
            handled += poll(cpu, handler, limit - handled);
        }
        return handled;
    }

    private int poll(final int cpu, final RecordHandler handler, final int limit) {
        final int log = cpu * LogLayout.LENGTH;
        final long first = logs.getLong(log + LogLayout.READ_OFFSET);
        final long end =
                Math.min(logs.getLongVolatile(log + LogLayout.WRITTEN_OFFSET), first + limit);
        for (long i = first; i < end; i++) {
            final int slot = cpu * recordsOfCpu + ((int) i & recordsOfCpu - 1);
            try {
                handler.onRecord(records, slot * length, length);
            } finally {
                logs.putLongRelease(log + LogLayout.READ_OFFSET, i + 1);
            }
        }
        return (int) (end - first);
    }

    /** Records that can wait at a time, of all CPUs. */
    public long capacity() {
        return (long) cpus * recordsOfCpu;
    }

    /** Records that wait to be read. */
    public long pending() {
        long pending = 0;
        for (int log = 0; log < cpus * LogLayout.LENGTH; log += LogLayout.LENGTH) {
            final long read = logs.getLongVolatile(log + LogLayout.READ_OFFSET);
            pending += logs.getLongVolatile(log + LogLayout.WRITTEN_OFFSET) - read;
        }
        return pending;
    }

    /** Records so far that found their region full. */
    public long lost() {
        long lost = 0;
        for (int log = 0; log < cpus * LogLayout.LENGTH; log += LogLayout.LENGTH) {
            lost += logs.getLongVolatile(log + LogLayout.LOST_OFFSET);
        }
        return lost;
    }
}
