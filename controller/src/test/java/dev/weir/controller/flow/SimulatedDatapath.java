package dev.weir.controller.flow;

import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.FlowWriter;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.InMemoryControlTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The writing side of flow.h, denied.h and count.h on plain memory, one micro-step at a time, so
 * that a test may let the sweep look between any two of them. Direct-mapped instead of four ways.
 */
final class SimulatedDatapath implements EventSource {
    static final int ENDPOINTS = 8;

    /** In {@code struct weir_denied}. */
    private static final int DENIED_PACKETS = 72;

    private static final int DENIED_BYTES = 80;

    final AtomicBuffer[] flows;
    final AtomicBuffer[] details;
    final AtomicBuffer stamps;
    final AtomicBuffer[] denied;
    final AtomicBuffer[] counters;
    final Deque<Runnable>[] steps;
    final KernelClock clock;
    /* What the CPUs do while the sweep asks for events. */
    Runnable meanwhile = () -> {};

    /* For schedulers: the CPU that does nothing now. */
    int stalled = -1;

    /* weir_control, as far as the sweep writes there. */
    final InMemoryControlTable control;

    /* Jiffies when each CPU began with the packet that it is at; 0: it is at none. */
    private final AtomicIntegerArray began;
    private volatile long skipped;

    private final int flowSlots;
    private final int partSlots;
    private final int deniedSlots;
    private final int logCapacity;
    private final Deque<Record>[] logs;
    private final UnsafeBuffer event =
            new UnsafeBuffer(ByteBuffer.allocateDirect(FlowEntry.LENGTH));
    long overflows;

    /* Entries that made room and were known, so that nobody was told. */
    final AtomicInteger untold = new AtomicInteger();

    private static final class Record {
        int type;
        int cpu;
        int slot;
        byte[] entry;
        boolean fits;
    }

    /** One flow as the container sees it. */
    record Flow(int endpoint, int remote, int localPort, int remotePort, int created) {
        FlowKey key() {
            return new FlowKey(endpoint, local(), peer(), localPort, remotePort, Protocols.TCP);
        }

        IpAddress local() {
            return new IpAddress(0, 0xFFFF_0A01_0000L + endpoint);
        }

        IpAddress peer() {
            return new IpAddress(0, 0xFFFF_0A02_0000L + remote);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    SimulatedDatapath(
            final int cpus, final int flowSlots, final int deniedSlots, final int logCapacity) {
        this.flowSlots = flowSlots;
        this.deniedSlots = deniedSlots;
        this.logCapacity = logCapacity;
        flows = memory(cpus, flowSlots * FlowEntry.ENTRY_LENGTH);
        details = memory(cpus, flowSlots * FlowEntry.DETAIL_LENGTH);
        stamps = memory(1, cpus * FlowStamps.LENGTH)[0];
        denied = memory(cpus, deniedSlots * EntryLayout.DENIED.entryLength);
        counters = memory(cpus, ENDPOINTS * EndpointCounters.LENGTH);
        partSlots = flowRegions().partSlots();
        steps = new Deque[cpus];
        Arrays.setAll(steps, cpu -> new ArrayDeque<>());
        logs = new Deque[cpus];
        Arrays.setAll(logs, cpu -> new ArrayDeque<>());
        began = new AtomicIntegerArray(cpus);
        clock =
                new KernelClock(
                        250, () -> new KernelClock.Sample(1_000_000 + skipped, System.nanoTime()));
        control = new InMemoryControlTable(clock);
    }

    /** One that reads this datapath, with the usual settings. */
    FlowSweep sweep(final KnownNames names) {
        return sweep(FlowSettings.defaults("n1"), names);
    }

    /** One that reads this datapath. */
    FlowSweep sweep(final FlowSettings settings, final KnownNames names) {
        return new FlowSweep(
                settings,
                flowRegions(),
                deniedRegions(),
                control,
                counterTable(),
                this,
                clock,
                names);
    }

    /** So many jiffies pass. */
    void pass(final int jiffies) {
        skipped += jiffies;
        clock.refresh();
    }

    /** The jiffies before which no CPU began what it has not finished. */
    int unfinishedSince() {
        int since = clock.now();
        for (int cpu = 0; cpu < began.length(); cpu++) {
            final int packet = began.get(cpu);
            since = packet != 0 && packet - since < 0 ? packet : since;
        }
        return since;
    }

    private static AtomicBuffer[] memory(final int cpus, final int length) {
        final AtomicBuffer[] buffers = new AtomicBuffer[cpus];
        Arrays.setAll(buffers, cpu -> new UnsafeBuffer(ByteBuffer.allocateDirect(length)));
        return buffers;
    }

    FlowRegions flowRegions() {
        return new FlowRegions(flows, details, stamps, flowSlots);
    }

    /** Whoever asks for it writes there. */
    FlowWriter flow(final int cpu, final int slot) {
        written(cpu, slot);
        return new FlowWriter(flows[cpu], details[cpu], slot);
    }

    /** Each time another stamp, as if a jiffy had passed. */
    private void written(final int cpu, final int slot) {
        final int part = slot / partSlots;
        stamps.getAndAddInt(cpu * FlowStamps.LENGTH + part * Integer.BYTES, 1);
    }

    /** The first entry of a CPU that is in use. */
    FlowWriter flowInUse(final int cpu) {
        for (int slot = 0; slot < flowSlots; slot++) {
            if (isUsed(cpu, slot)) {
                return flow(cpu, slot);
            }
        }
        throw new AssertionError("no entry in use");
    }

    boolean isUsed(final int cpu, final int slot) {
        return EntryLayout.FLOW.endpoint(flows[cpu], slot * FlowEntry.ENTRY_LENGTH) != 0;
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
        final FlowKey key = flow.key();
        final int slot = Math.floorMod(key.hashCode(), flowSlots);
        final FlowWriter entry = flow(cpu, slot);
        final Queue<Runnable> queue = steps[cpu];
        queue.add(() -> began.set(cpu, clock.now()));
        queue.add(
                () -> {
                    if (!holds(entry, flow)) {
                        start(cpu, slot, key);
                    }
                });
        queue.add(() -> remember(entry, flow, direction));
        queue.add(() -> entry.packets(direction, 1));
        queue.add(() -> entry.bytes(direction, bytes));
        queue.add(() -> written(cpu, slot));
        countCell(
                cpu,
                EndpointCounters.reasonOffset(direction, Reason.POLICY),
                flow.endpoint(),
                bytes);
        queue.add(() -> began.set(cpu, 0));
    }

    private static boolean holds(final FlowWriter entry, final Flow flow) {
        final FlowEntry found = new FlowEntry().wrap(new UnsafeBuffer(entry.toBytes()), 0);
        return found.toKey().equals(flow.key()) && found.created() == flow.created();
    }

    private void remember(final FlowWriter entry, final Flow flow, final Direction direction) {
        entry.putInt(FlowEntry.CREATED_OFFSET, flow.created());
        entry.reason(Reason.POLICY);
        if (direction == Direction.EGRESS) {
            entry.putByte(FlowEntry.FLAGS_OFFSET, FlowEntry.OPENED_BY_LOCAL);
        }
        entry.lastSeen(clock.now());
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
        final int at = slot * EntryLayout.DENIED.entryLength;
        final AtomicBuffer region = denied[cpu];
        final Queue<Runnable> queue = steps[cpu];
        countCell(cpu, EndpointCounters.reasonOffset(direction, reason), flow.endpoint(), bytes);
        queue.add(
                () -> {
                    if (!holds(region, at, key)) {
                        startDenied(cpu, slot, key);
                    }
                });
        queue.add(
                () -> {
                    final int port =
                            direction == Direction.EGRESS ? flow.localPort() : flow.remotePort();
                    region.putShort(
                            at + EntryLayout.DENIED_CLIENT_PORT,
                            (short) port,
                            ByteOrder.BIG_ENDIAN);
                    region.putInt(at + EntryLayout.DENIED.lastSeenOffset, clock.now());
                });
        queue.add(() -> add(region, at + DENIED_PACKETS, 1));
        queue.add(() -> add(region, at + DENIED_BYTES, bytes));
    }

    private static boolean holds(final AtomicBuffer region, final int at, final byte[] key) {
        for (int i = 0; i < key.length; i++) {
            if (region.getByte(at + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** flow_start(): put in front of what the CPU still has to do. */
    private void start(final int cpu, final int slot, final FlowKey key) {
        final FlowWriter entry = flow(cpu, slot);
        final Deque<Runnable> first = new ArrayDeque<>();
        final boolean known = isUsed(cpu, slot) && isKnown(entry);
        if (known) {
            untold.incrementAndGet();
        } else if (isUsed(cpu, slot)) {
            handOver(cpu, EntryLayout.FLOW, slot, entry::toBytes, first);
        }
        first.add(entry::open);
        first.add(
                () -> {
                    entry.clear().key(key).lastSeen(clock.now());
                    entry.putInt(FlowEntry.FIRST_SEEN_OFFSET, clock.now());
                });
        first.add(() -> entry.close(known));
        putFirst(cpu, first);
    }

    /** flow_is_known(). */
    private boolean isKnown(final FlowWriter entry) {
        final FlowEntry found = new FlowEntry().wrap(new UnsafeBuffer(entry.toBytes()), 0);
        final int known = control.flowsKnown();
        return known != 0 && found.lastSeen() - known < 0;
    }

    /** denied_start(), likewise. */
    private void startDenied(final int cpu, final int slot, final byte[] key) {
        final EntryLayout layout = EntryLayout.DENIED;
        final AtomicBuffer region = denied[cpu];
        final int at = slot * layout.entryLength;
        final Deque<Runnable> first = new ArrayDeque<>();
        if (layout.endpoint(region, at) != 0) {
            handOver(cpu, layout, slot, () -> bytes(region, at, layout.entryLength), first);
        }
        first.add(() -> region.getAndAddInt(at + layout.epochOffset, 1));
        first.add(
                () -> {
                    for (int i = 0; i < layout.entryLength; i += 4) {
                        if (i != layout.epochOffset) {
                            region.putInt(at + i, 0);
                        }
                    }
                    region.putBytes(at, key);
                    region.putInt(at + layout.firstSeenOffset, clock.now());
                    region.putInt(at + layout.lastSeenOffset, clock.now());
                });
        first.add(() -> region.getAndAddInt(at + layout.epochOffset, 1));
        putFirst(cpu, first);
    }

    private void putFirst(final int cpu, final Deque<Runnable> first) {
        while (!first.isEmpty()) {
            steps[cpu].addFirst(first.pollLast());
        }
    }

    private static byte[] bytes(final AtomicBuffer region, final int at, final int length) {
        final byte[] bytes = new byte[length];
        region.getBytes(at, bytes);
        return bytes;
    }

    private void handOver(
            final int cpu,
            final EntryLayout layout,
            final int slot,
            final Supplier<byte[]> entry,
            final Deque<Runnable> first) {
        final Record record = new Record();
        record.type = layout == EntryLayout.FLOW ? FLOW_EVICTED : DENIED_EVICTED;
        record.cpu = cpu;
        record.slot = slot;
        first.add(
                () -> {
                    record.entry = entry.get();
                    synchronized (logs) {
                        record.fits = logs[cpu].size() < logCapacity;
                    }
                });
        first.add(
                () -> {
                    if (!record.fits) {
                        overflow(cpu, layout, record.entry);
                        return;
                    }
                    synchronized (logs) {
                        logs[cpu].add(record);
                    }
                });
    }

    /** A copy of an entry where the sweep finds entries: outside the heap. */
    static UnsafeBuffer direct(final byte[] bytes) {
        final UnsafeBuffer entry = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        entry.putBytes(0, bytes);
        return entry;
    }

    private void overflow(final int cpu, final EntryLayout layout, final byte[] bytes) {
        overflows++;
        final UnsafeBuffer entry = direct(bytes);
        final Counts counts = new Counts();
        counts.read(layout, entry.addressOffset());
        final int endpoint = layout.endpoint(entry, 0);
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

    private void countCell(final int cpu, final int offset, final int endpoint, final int bytes) {
        final int at = endpoint * EndpointCounters.LENGTH + offset;
        steps[cpu].add(() -> add(counters[cpu], at, 1));
        steps[cpu].add(() -> add(counters[cpu], at + 8, bytes));
    }

    private static void add(final AtomicBuffer buffer, final int at, final long value) {
        buffer.putLongRelease(at, buffer.getLong(at) + value);
    }

    private static byte[] deniedKey(
            final Flow flow, final Direction direction, final Reason reason) {
        final ByteBuffer key = ByteBuffer.allocate(40);
        key.putLong(0).putLong(flow.local().low());
        key.putLong(0).putLong(flow.peer().low());
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

    @Override
    public int poll(final EventHandler handler, final int limit) {
        meanwhile.run();
        int polled = 0;
        for (int cpu = 0; cpu < logs.length; cpu++) {
            polled += poll(cpu, handler, limit - polled);
        }
        meanwhile.run();
        return polled;
    }

    private int poll(final int cpu, final EventHandler handler, final int limit) {
        int polled = 0;
        while (polled < limit) {
            final Record record;
            synchronized (logs) {
                record = logs[cpu].poll();
            }
            if (record == null) {
                break;
            }
            event.putBytes(0, record.entry);
            handler.onEvent(record.type, record.cpu, record.slot, event, 0);
            polled++;
        }
        return polled;
    }

    @Override
    public long pending() {
        synchronized (logs) {
            return Arrays.stream(logs).mapToInt(Deque::size).sum();
        }
    }

    @Override
    public long capacity() {
        return (long) logs.length * logCapacity;
    }
}
