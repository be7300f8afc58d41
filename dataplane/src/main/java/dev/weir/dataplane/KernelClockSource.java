package dev.weir.dataplane;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.object.BpfProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;

/** Asks the kernel what jiffy it is, by a run of the program {@code weir_clock}. */
final class KernelClockSource {
    /** {@code struct weir_clock}, after which the packet is padded to what a test run wants. */
    private static final int PACKET_LENGTH = 64;

    private static final int JIFFIES_OFFSET = 0;
    private static final int KTIME_OFFSET = 8;

    /** 100 and 250 ticks a second differ by six of the slower ones in this time. */
    private static final long MEASURE_NANOS = 40_000_000L;

    private KernelClockSource() {}

    static KernelClock clock(final BpfProgram program) {
        final KernelClock.Sample first = sample(program);
        final long end = System.nanoTime() + MEASURE_NANOS;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return new KernelClock(KernelClock.measure(first, sample(program)), () -> sample(program));
    }

    private static KernelClock.Sample sample(final BpfProgram program) {
        final ByteBuffer out =
                ByteBuffer.wrap(program.testRun().packet(new byte[PACKET_LENGTH]).run().packet())
                        .order(ByteOrder.nativeOrder());
        return new KernelClock.Sample(out.getLong(JIFFIES_OFFSET), out.getLong(KTIME_OFFSET));
    }
}
