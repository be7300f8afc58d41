package dev.weir.dataplane;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.object.BpfProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Asks the kernel what jiffy it is, by a run of the program {@code weir_clock}. */
final class KernelClockSource {
    /** {@code struct weir_clock}, after which the packet is padded to what a test run wants. */
    private static final int PACKET_LENGTH = 64;

    private static final int JIFFIES_OFFSET = 0;
    private static final int KTIME_OFFSET = 8;

    /** From tick to tick, in which 250 and 300 a second differ by two. */
    private static final long MEASURE_NANOS = 40_000_000L;

    private KernelClockSource() {}

    static KernelClock clock(final BpfProgram program) {
        return new KernelClock(
                measure(() -> sample(program), KernelClockSource::pause), () -> sample(program));
    }

    /**
     * Jiffies a second. Between any two moments there is one tick more or less, which is as much as
     * 250 and 300 differ by in this time; between two ticks there is not.
     */
    static int measure(final Supplier<KernelClock.Sample> source, final LongConsumer pause) {
        final KernelClock.Sample first = afterTick(source);
        pause.accept(MEASURE_NANOS);
        return KernelClock.measure(first, afterTick(source));
    }

    private static KernelClock.Sample afterTick(final Supplier<KernelClock.Sample> source) {
        final long before = source.get().jiffies();
        KernelClock.Sample sample;
        do {
            sample = source.get();
        } while (sample.jiffies() == before);
        return sample;
    }

    private static void pause(final long nanos) {
        final long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private static KernelClock.Sample sample(final BpfProgram program) {
        final ByteBuffer out =
                ByteBuffer.wrap(program.testRun().packet(new byte[PACKET_LENGTH]).run().packet())
                        .order(ByteOrder.nativeOrder());
        return new KernelClock.Sample(out.getLong(JIFFIES_OFFSET), out.getLong(KTIME_OFFSET));
    }
}
