package dev.weir.perf;

import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowNames;
import dev.weir.controller.flow.FlowSettings;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.table.BpfControlTable;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import dev.weir.dataplane.table.FlowRegions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole flow cache into Java: the plain reading of every entry, and what the agent does once a
 * second with it, attributing every difference to a flow record.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 15)
@Measurement(iterations = 25)
@State(Scope.Thread)
public class FlowSweepBenchmark {
    private static final int HZ = 250;

    /** Flows in the caches of two CPUs. */
    @Param({"100000", "1000000"})
    public int flows;

    /** What had a packet since the last sweep; some: one flow in each part of the caches. */
    @Param({"none", "some", "all"})
    public String moved;

    private final FlowEntry copy = new FlowEntry();
    private FlowTables tables;
    private FlowRegions regions;
    private FlowSweep sweep;
    private KernelClock clock;

    /** Fills the caches and sweeps them once, so that every flow is known. */
    @Setup(Level.Trial)
    public void fill() {
        clock = new KernelClock(HZ, () -> new KernelClock.Sample(HZ * 3600L, System.nanoTime()));
        tables = new FlowTables(flows, clock.now());
        regions = tables.regions();
        sweep =
                new FlowSweep(
                        new FlowSettings("n1", 1_000, 1L << 30, 10_000, Timeouts.defaults()),
                        regions,
                        tables.deniedRegions(),
                        control(),
                        tables.counters(),
                        new NoEvents(),
                        clock,
                        new NoNames());
        sweep.statistics().read();
        sweep.statistics().read();
    }

    private ControlTable control() {
        return new BpfControlTable(
                new UnsafeBuffer(new byte[ControlLayout.LENGTH]),
                clock,
                GracePeriods.open(GraceMode.NORMAL));
    }

    /** The datapath's part. */
    @Setup(Level.Invocation)
    public void move() {
        switch (moved) {
            case "all" -> tables.countAll(clock.now());
            case "some" -> tables.countSome(clock.now());
            default -> {}
        }
    }

    /** What a reader without a memory would do: the packets of all flows. */
    @Benchmark
    public long read() {
        long packets = 0;
        for (int cpu = 0; cpu < regions.cpus(); cpu++) {
            for (int slot = 0; slot < regions.slots(); slot++) {
                if (regions.read(cpu, slot, copy)) {
                    packets += copy.packets(Direction.INGRESS) + copy.packets(Direction.EGRESS);
                }
            }
        }
        return packets;
    }

    /** The agent's sweep; a query of the statistics begins with one. */
    @Benchmark
    public int sweep() {
        return sweep.statistics().read().size();
    }

    private static final class NoEvents implements EventSource {
        @Override
        public int poll(final EventHandler handler, final int limit) {
            return 0;
        }

        @Override
        public long pending() {
            return 0;
        }

        @Override
        public long capacity() {
            return 0;
        }
    }

    private static final class NoNames implements FlowNames {
        @Override
        public Optional<Endpoint> endpoint(final int number) {
            return Optional.empty();
        }

        @Override
        public Optional<Endpoint> endpoint(final IpAddress address) {
            return Optional.empty();
        }

        @Override
        public Optional<IdentityInfo> identity(final int identity) {
            return Optional.empty();
        }

        @Override
        public Optional<RuleRef> rule(final int rule) {
            return Optional.empty();
        }
    }
}
