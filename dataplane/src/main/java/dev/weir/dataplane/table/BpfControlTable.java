package dev.weir.dataplane.table;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.layout.ControlLayout;
import org.agrona.concurrent.AtomicBuffer;

/** {@link ControlTable} over the memory of {@code weir_control}. */
public final class BpfControlTable implements ControlTable {
    private final AtomicBuffer control;
    private final KernelClock clock;
    private final GracePeriods grace;

    /** Over mapped memory. */
    public BpfControlTable(
            final AtomicBuffer control, final KernelClock clock, final GracePeriods grace) {
        this.control = control;
        this.clock = clock;
        this.grace = grace;
    }

    /** The layout that whoever made the tables wrote; 0 = they were never finished. */
    public static int abiVersion(final AtomicBuffer control) {
        return control.getIntVolatile(ControlLayout.ABI_VERSION_OFFSET);
    }

    /** Says that the tables are finished and of this layout. */
    public void finish() {
        control.putIntVolatile(ControlLayout.ABI_VERSION_OFFSET, ControlLayout.ABI_VERSION);
    }

    @Override
    public int revision() {
        return control.getIntVolatile(ControlLayout.REVISION_OFFSET);
    }

    @Override
    public void revision(final int revision) {
        control.putIntVolatile(ControlLayout.REVISION_OFFSET, revision);
    }

    @Override
    public void flags(final boolean hostPolicy, final boolean cidrsV4, final boolean cidrsV6) {
        control.putIntVolatile(
                ControlLayout.FLAGS_OFFSET,
                (hostPolicy ? ControlLayout.HOST_POLICY : 0)
                        | (cidrsV4 ? ControlLayout.CIDRS_V4 : 0)
                        | (cidrsV6 ? ControlLayout.CIDRS_V6 : 0));
    }

    @Override
    public boolean hostPolicy() {
        return (control.getIntVolatile(ControlLayout.FLAGS_OFFSET) & ControlLayout.HOST_POLICY)
                != 0;
    }

    @Override
    public void roundTrips(final boolean measured) {
        control.putIntVolatile(ControlLayout.UNTIMED_OFFSET, measured ? 0 : 1);
    }

    @Override
    public void flowsKnown(final int jiffies) {
        control.putIntVolatile(ControlLayout.FLOWS_KNOWN_OFFSET, jiffies);
    }

    @Override
    public void timeouts(final Timeouts timeouts) {
        final int refresh = powerOfTwoFrom(clock.jiffies(timeouts.refresh()));
        control.putIntVolatile(ControlLayout.REFRESH_OFFSET, refresh);
        control.putIntVolatile(ControlLayout.SECOND_OFFSET, clock.jiffies(1_000));
        put(ControlLayout.TIMEOUT_TCP_SYN_OFFSET, timeouts.tcpSyn(), 0);
        put(ControlLayout.TIMEOUT_TCP_ESTABLISHED_OFFSET, timeouts.tcpEstablished(), refresh);
        put(ControlLayout.TIMEOUT_TCP_CLOSING_OFFSET, timeouts.tcpClosing(), 0);
        put(ControlLayout.TIMEOUT_UDP_OFFSET, timeouts.udp(), refresh);
        put(ControlLayout.TIMEOUT_UDP_REPLIED_OFFSET, timeouts.udpReplied(), refresh);
        put(ControlLayout.TIMEOUT_ICMP_OFFSET, timeouts.icmp(), refresh);
        put(ControlLayout.TIMEOUT_OTHER_OFFSET, timeouts.other(), refresh);
    }

    @Override
    public IdleLimits idleLimits() {
        return new IdleLimits(
                control.getInt(ControlLayout.TIMEOUT_TCP_SYN_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_TCP_ESTABLISHED_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_TCP_CLOSING_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_UDP_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_UDP_REPLIED_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_ICMP_OFFSET),
                control.getInt(ControlLayout.TIMEOUT_OTHER_OFFSET));
    }

    @Override
    public void awaitGrace() {
        final int result = grace.hurry(Native::awaitGrace);
        BpfException.check(result, "wait for", "the programs' grace period");
    }

    private static int powerOfTwoFrom(final int value) {
        return Integer.highestOneBit(2 * Math.max(value, 1) - 1);
    }

    /**
     * Writes a timeout.
     *
     * @param untold jiffies for which packets may have come that conntrack was not told of
     */
    private void put(final int offset, final long millis, final int untold) {
        if (millis <= 0) {
            throw new IllegalArgumentException("timeout: " + millis + " ms (expected: from 1)");
        }
        control.putIntVolatile(offset, clock.jiffies(millis) + untold);
    }
}
