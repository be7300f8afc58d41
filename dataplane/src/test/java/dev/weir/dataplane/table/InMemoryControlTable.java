package dev.weir.dataplane.table;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.layout.ControlLayout;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link ControlTable} without a kernel: the same bytes; nobody to wait for. */
public final class InMemoryControlTable implements ControlTable {
    private final UnsafeBuffer memory = new UnsafeBuffer(new byte[ControlLayout.LENGTH]);
    private final BpfControlTable table;
    private int graces;

    public InMemoryControlTable(final KernelClock clock) {
        table = new BpfControlTable(memory, clock, GracePeriods.open(GraceMode.NORMAL));
        table.timeouts(Timeouts.defaults());
    }

    /** How often a writer waited. */
    public int graces() {
        return graces;
    }

    /** {@code enum weir_control_flags}. */
    public int flags() {
        return memory.getInt(ControlLayout.FLAGS_OFFSET);
    }

    @Override
    public int revision() {
        return table.revision();
    }

    @Override
    public void revision(final int revision) {
        table.revision(revision);
    }

    @Override
    public void flags(final boolean hostPolicy, final boolean cidrsV4, final boolean cidrsV6) {
        table.flags(hostPolicy, cidrsV4, cidrsV6);
    }

    @Override
    public boolean hostPolicy() {
        return table.hostPolicy();
    }

    @Override
    public void roundTrips(final boolean measured) {
        table.roundTrips(measured);
    }

    @Override
    public void flowsKnown(final int jiffies) {
        table.flowsKnown(jiffies);
    }

    /** What {@link #flowsKnown(int)} said last. */
    public int flowsKnown() {
        return memory.getInt(ControlLayout.FLOWS_KNOWN_OFFSET);
    }

    @Override
    public void timeouts(final Timeouts timeouts) {
        table.timeouts(timeouts);
    }

    @Override
    public IdleLimits idleLimits() {
        return table.idleLimits();
    }

    @Override
    public void awaitGrace() {
        graces++;
    }
}
