package dev.weir.perf;

import dev.weir.dataplane.map.BatchReader;
import dev.weir.dataplane.map.BatchWriter;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A hash map of the kernel, of the connections' shape, read and written in batches. Needs root. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class MapBatchBenchmark {
    private static final int KEY_LENGTH = 40;
    private static final int VALUE_LENGTH = 64;

    /** How many there are. */
    @Param({"100000"})
    public int entries;

    private BpfMap map;
    private BatchReader reader;
    private BatchWriter writer;

    /** Makes and fills the map. */
    @Setup(Level.Trial)
    public void create() {
        map =
                BpfMap.create(
                        "weir_perf", MapType.LRU_HASH, KEY_LENGTH, VALUE_LENGTH, entries * 2, 0);
        reader = new BatchReader(map);
        writer = new BatchWriter(map);
        write();
    }

    /** The map is gone with its descriptor. */
    @TearDown(Level.Trial)
    public void close() {
        map.close();
    }

    /** All entries, each value looked at. */
    @Benchmark
    public long read() {
        long sum = 0;
        reader.restart();
        for (int count = reader.next(); count > 0; count = reader.next()) {
            for (int i = 0; i < count; i++) {
                sum += reader.values().getInt(reader.valueOffset(i));
            }
        }
        return sum;
    }

    /** All entries anew. */
    @Benchmark
    public int write() {
        int written = 0;
        for (int first = 0; first < entries; first += BatchWriter.SIZE) {
            final int count = Math.min(BatchWriter.SIZE, entries - first);
            for (int i = 0; i < count; i++) {
                writer.keys().putInt(writer.keyOffset(i), first + i);
                writer.values().putInt(writer.valueOffset(i), 1);
            }
            written += writer.write(count);
        }
        return written;
    }
}
