package dev.weir.controller.flow;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The writing side of flow.h, denied.h and count.h on plain memory, one micro-step at a time, so
 * that a test may let the sweep look between any two of them. Direct-mapped instead of four ways.
 */
final class SimulatedDatapath implements EventSource {
    static final int ENDPOINTS = 8;

    final AtomicBuffer[] flows;
    final AtomicBuffer[] denied;
    final AtomicBuffer[] counters;
    final Deque<Runnable>[] steps;
    final KernelClock clock;
    /* What the CPUs do while the sweep asks for events. */
    Runnable meanwhile = () -> {};

    /* For schedulers: the CPU that does nothing now. */
    int stalled = -1;

    private final int flowSlots;
    private final int deniedSlots;
    private final int ringCapacity;
    private final Deque<Record> ring = new ArrayDeque<>();
    private final UnsafeBuffer event =
            new UnsafeBuffer(ByteBuffer.allocateDirect(EntryLayout.FLOW.length));
    long overflows;

    private static final class Record {
        int type;
        int cpu;
        int slot;
        byte[] entry;
        boolean submitted;
    }

    /** One flow as the container sees it. */
    record Flow(int endpoint, int remote, int localPort, int remotePort, int created) {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    SimulatedDatapath(
            final int cpus, final int flowSlots, final int deniedSlots, final int ringCapacity) {
        this.flowSlots = flowSlots;
        this.deniedSlots = deniedSlots;
        this.ringCapacity = ringCapacity;
        flows = memory(cpus, groups() * FlowEntry.LENGTH);
        denied = memory(cpus, deniedSlots * EntryLayout.DENIED.length);
        counters = memory(cpus, ENDPOINTS * EndpointCounters.LENGTH);
        steps = new Deque[cpus];
        Arrays.setAll(steps, cpu -> new ArrayDeque<>());
        clock = new KernelClock(250, () -> new KernelClock.Sample(1_000_000, System.nanoTime()));
    }

    /** One that reads this datapath, with the usual settings. */
    FlowSweep sweep(final KnownNames names) {
        return sweep(FlowSettings.defaults("n1"), names);
    }

    /** One that reads this datapath. */
    FlowSweep sweep(final FlowSettings settings, final KnownNames names) {
        return new FlowSweep(
                settings, flowRegions(), deniedRegions(), counterTable(), this, clock, names);
    }

    private static AtomicBuffer[] memory(final int cpus, final int length) {
        final AtomicBuffer[] buffers = new AtomicBuffer[cpus];
        Arrays.setAll(buffers, cpu -> new UnsafeBuffer(ByteBuffer.allocateDirect(length)));
        return buffers;
    }

    /** Entries of whole groups: the ones beyond flowSlots stay unused. */
    private int groups() {
        return (flowSlots + FlowEntry.GROUP - 1) / FlowEntry.GROUP * FlowEntry.GROUP;
    }

    FlowRegions flowRegions() {
        return new FlowRegions(flows, groups());
    }

    /** Where the first entry of a CPU that is in use lies. */
    int flowInUse(final int cpu) {
        for (int slot = 0; slot < groups(); slot++) {
            final int at = EntryLayout.FLOW.at(slot);
            if (EntryLayout.FLOW.endpoint(flows[cpu], at) != 0) {
                return at;
            }
        }
        throw new AssertionError("no entry in use");
    }

    DeniedRegions deniedRegions() {
        return new DeniedRegions(denied, deniedSlots);
    }

    CounterTable counterTable() {
        return new CounterTable(counters, ENDPOINTS);
    }

    /** Runs the next micro-step of a CPU; false if it has nothing to do. */
    boolean step(final int cpu) {
        final Runnable step = steps[cpu].poll();
        if (step == null) {
            return false;
        }
        step.run();
        return true;
    }

    void finish() {
        for (int cpu = 0; cpu < steps.length; cpu++) {
            while (step(cpu)) {}
        }
    }

    /** Queues the micro-steps of an allowed packet. */
    void packet(final int cpu, final Flow flow, final Direction direction, final int bytes) {
        final byte[] key = flowKey(flow);
        final int slot = Math.floorMod(Arrays.hashCode(key), flowSlots);
        final int at = EntryLayout.FLOW.at(slot);
        final AtomicBuffer region = flows[cpu];
        final Queue<Runnable> queue = steps[cpu];
        queue.add(
                () -> {
                    final boolean same =
                            holds(region, at, key)
                                    && region.getInt(at + EntryLayout.FLOW_CREATED)
                                            == flow.created();
                    if (!same) {
                        start(cpu, EntryLayout.FLOW, slot, key);
                    }
                });
        queue.add(() -> remember(region, at, flow, direction));
        count(cpu, EntryLayout.FLOW, at, direction, bytes, flow.endpoint());
        countCell(
                cpu,
                EndpointCounters.reasonOffset(direction, Reason.POLICY),
                flow.endpoint(),
                bytes);
    }

    private void remember(
            final AtomicBuffer region, final int at, final Flow flow, final Direction direction) {
        region.putInt(at + EntryLayout.FLOW_CREATED, flow.created());
        region.putByte(at + EntryLayout.FLOW_VERDICT, (byte) Verdict.ALLOWED.ordinal());
        region.putByte(at + EntryLayout.FLOW_REASON, (byte) Reason.POLICY.ordinal());
        final byte before = region.getByte(at + EntryLayout.FLOW_FLAGS);
        region.putByte(
                at + EntryLayout.FLOW_FLAGS,
                (byte)
                        (before
                                | (direction == Direction.EGRESS
                                        ? EntryLayout.OPENED_BY_LOCAL
                                        : 0)));
        region.putInt(at + EntryLayout.FLOW.lastSeenOffset, clock.now());
    }

    /** Steps {@code told}: something that lies beyond the first two lines of the entry changes. */
    static void tell(final AtomicBuffer region, final int at) {
        final int told = at + EntryLayout.FLOW_TOLD;
        region.putShort(told, (short) (region.getShort(told) + 1));
    }

    /** Queues the micro-steps of a denied packet. */
    void deniedPacket(final int cpu, final Flow flow, final Direction direction, final int bytes) {
        deniedPacket(cpu, flow, direction, bytes, Reason.NO_RULE);
    }

    void deniedPacket(
            final int cpu,
            final Flow flow,
            final Direction direction,
            final int bytes,
            final Reason reason) {
        final byte[] key = deniedKey(flow, direction, reason);
        final int slot = Math.floorMod(Arrays.hashCode(key), deniedSlots);
        final int at = EntryLayout.DENIED.at(slot);
        final AtomicBuffer region = denied[cpu];
        countCell(cpu, EndpointCounters.reasonOffset(direction, reason), flow.endpoint(), bytes);
        steps[cpu].add(
                () -> {
                    if (!holds(region, at, key)) {
                        start(cpu, EntryLayout.DENIED, slot, key);
                    }
                });
        steps[cpu].add(
                () -> {
                    final int port =
                            direction == Direction.EGRESS ? flow.localPort() : flow.remotePort();
                    region.putShort(
                            at + EntryLayout.DENIED_CLIENT_PORT,
                            (short) port,
                            ByteOrder.BIG_ENDIAN);
                    region.putInt(at + EntryLayout.DENIED.lastSeenOffset, clock.now());
                });
        count(cpu, EntryLayout.DENIED, at, Direction.INGRESS, bytes, flow.endpoint());
    }

    private static boolean holds(final AtomicBuffer region, final int at, final byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (region.getByte(at + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** flow_start()/denied_start(): put in front of what the CPU still has to do. */
    private void start(final int cpu, final EntryLayout layout, final int slot, final byte[] key) {
        final AtomicBuffer region = layout == EntryLayout.FLOW ? flows[cpu] : denied[cpu];
        final int at = layout.at(slot);
        final Deque<Runnable> first = new ArrayDeque<>();
        if (layout.endpoint(region, at) != 0) {
            handOver(cpu, layout, slot, region, first);
        }
        first.add(() -> region.getAndAddInt(at + layout.epochOffset, 1));
        first.add(
                () -> {
                    for (int i = 0; i < layout.length; i += 4) {
                        if (i != layout.epochOffset) {
                            region.putInt(EntryLayout.inPlace(at, i), 0);
                        }
                    }
                    region.putBytes(at, key);
                    region.putInt(EntryLayout.inPlace(at, layout.firstSeenOffset), clock.now());
                    region.putInt(at + layout.lastSeenOffset, clock.now());
                });
        first.add(() -> region.getAndAddInt(at + layout.epochOffset, 1));
        while (!first.isEmpty()) {
            steps[cpu].addFirst(first.pollLast());
        }
    }

    private void handOver(
            final int cpu,
            final EntryLayout layout,
            final int slot,
            final AtomicBuffer region,
            final Deque<Runnable> first) {
        final int at = layout.at(slot);
        final Record record = new Record();
        first.add(
                () -> {
                    synchronized (ring) {
                        if (ring.size() >= ringCapacity) {
                            overflow(cpu, layout, region, at);
                            return;
                        }
                        record.type = layout == EntryLayout.FLOW ? FLOW_EVICTED : DENIED_EVICTED;
                        record.cpu = cpu;
                        record.slot = slot;
                        ring.add(record);
                    }
                });
        first.add(
                () -> {
                    final byte[] entry = new byte[layout.length];
                    for (int i = 0; i < entry.length; i++) {
                        entry[i] = region.getByte(EntryLayout.inPlace(at, i));
                    }
                    synchronized (ring) {
                        record.entry = entry;
                        record.submitted = true;
                    }
                });
    }

    private void overflow(
            final int cpu, final EntryLayout layout, final AtomicBuffer region, final int at) {
        overflows++;
        final int endpoint = layout.endpoint(region, at);
        final Counts counts = new Counts();
        counts.read(layout, region, at);
        for (final Direction direction : Direction.values()) {
            final boolean in = direction == Direction.INGRESS;
            final int cell =
                    endpoint * EndpointCounters.LENGTH
                            + (layout == EntryLayout.FLOW
                                    ? EndpointCounters.overflowOffset(direction)
                                    : EndpointCounters.deniedOverflowOffset(direction));
            add(counters[cpu], cell, in ? counts.packetsIn : counts.packetsOut);
            add(counters[cpu], cell + 8, in ? counts.bytesIn : counts.bytesOut);
        }
    }

    private void count(
            final int cpu,
            final EntryLayout layout,
            final int at,
            final Direction direction,
            final int bytes,
            final int endpoint) {
        final AtomicBuffer region = layout == EntryLayout.FLOW ? flows[cpu] : denied[cpu];
        final boolean first = direction == Direction.INGRESS;
        steps[cpu].add(
                () -> add(region, at + (first ? layout.packets0Offset : layout.packets1Offset), 1));
        steps[cpu].add(
                () -> add(region, at + (first ? layout.bytes0Offset : layout.bytes1Offset), bytes));
    }

    private void countCell(final int cpu, final int offset, final int endpoint, final int bytes) {
        final int at = endpoint * EndpointCounters.LENGTH + offset;
        steps[cpu].add(() -> add(counters[cpu], at, 1));
        steps[cpu].add(() -> add(counters[cpu], at + 8, bytes));
    }

    private static void add(final AtomicBuffer buffer, final int at, final long value) {
        buffer.putLongRelease(at, buffer.getLong(at) + value);
    }

    private static byte[] flowKey(final Flow flow) {
        final ByteBuffer key = ByteBuffer.allocate(40);
        addresses(key, flow);
        key.putShort((short) flow.localPort()).putShort((short) flow.remotePort());
        key.order(ByteOrder.LITTLE_ENDIAN).putShort((short) flow.endpoint());
        key.put((byte) Protocols.TCP).put((byte) 0);
        return key.array();
    }

    private static byte[] deniedKey(
            final Flow flow, final Direction direction, final Reason reason) {
        final ByteBuffer key = ByteBuffer.allocate(40);
        addresses(key, flow);
        key.putShort(
                (short) (direction == Direction.EGRESS ? flow.remotePort() : flow.localPort()));
        key.order(ByteOrder.LITTLE_ENDIAN).putShort((short) flow.endpoint());
        key.put((byte) Protocols.TCP).put((byte) direction.ordinal());
        key.put((byte) reason.ordinal()).put((byte) 0);
        if (reason == Reason.SPOOFED_ADDRESS) {
            key.putLong(0, 0).putLong(8, 0); // whatever the container made up
        }
        return key.array();
    }

    private static void addresses(final ByteBuffer key, final Flow flow) {
        key.putLong(0).putLong(0xFFFF_0A01_0000L + flow.endpoint());
        key.putLong(0).putLong(0xFFFF_0A02_0000L + flow.remote());
    }

    @Override
    public int poll(final EventHandler handler, final int limit) {
        meanwhile.run();
        int polled = 0;
        while (polled < limit) {
            final Record record;
            synchronized (ring) {
                record = ring.peek();
                if (record == null || !record.submitted) {
                    break;
                }
                ring.poll();
            }
            event.putBytes(0, record.entry);
            handler.onEvent(record.type, record.cpu, record.slot, event, 0);
            polled++;
        }
        meanwhile.run();
        return polled;
    }

    @Override
    public long pending() {
        synchronized (ring) {
            return 160L * ring.size();
        }
    }

    @Override
    public long capacity() {
        return 160L * ringCapacity;
    }
}
