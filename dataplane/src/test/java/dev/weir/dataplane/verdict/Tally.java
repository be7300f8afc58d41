package dev.weir.dataplane.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Counts what was sent, and proves afterwards that every packet and byte of it is where it must be:
 * in the counters, and in the entries of the caches, the events and the overflow together.
 */
final class Tally {
    private final ProgramTables tables;
    private final Map<Cell, Count> sent = new HashMap<>();
    private final Map<Cell, Count> handedOver = new HashMap<>();
    private int events;

    /** Traffic of an endpoint in one direction that passed, or did not. */
    private record Cell(int endpoint, Direction direction, boolean denied) {}

    private record Count(long packets, long bytes) {
        Count plus(final Count other) {
            return new Count(packets + other.packets, bytes + other.bytes);
        }
    }

    Tally(final ProgramTables tables) {
        this.tables = tables;
    }

    void sent(
            final int endpoint,
            final Direction direction,
            final boolean denied,
            final long packets,
            final long bytes) {
        add(sent, new Cell(endpoint, direction, denied), packets, bytes);
    }

    private static void add(
            final Map<Cell, Count> to, final Cell cell, final long packets, final long bytes) {
        to.merge(cell, new Count(packets, bytes), Count::plus);
    }

    /** Takes what the ring holds; returns how many records that was. */
    int drain() {
        final int polled = tables.events().poll(this::onEvent, Integer.MAX_VALUE);
        events += polled;
        return polled;
    }

    private void onEvent(
            final int type,
            final int cpu,
            final int slot,
            final DirectBuffer buffer,
            final int offset) {
        if (type == EventSource.FLOW_EVICTED) {
            addFlow(handedOver, new FlowEntry().wrap(buffer, offset));
        } else {
            addDenied(handedOver, new DeniedEntry().wrap(buffer, offset));
        }
    }

    private static void addFlow(final Map<Cell, Count> to, final FlowEntry flow) {
        for (final Direction direction : Direction.values()) {
            add(
                    to,
                    new Cell(flow.endpoint(), direction, false),
                    flow.packets(direction),
                    flow.bytes(direction));
        }
    }

    private static void addDenied(final Map<Cell, Count> to, final DeniedEntry entry) {
        add(
                to,
                new Cell(entry.endpoint(), entry.direction(), true),
                entry.packets(),
                entry.bytes());
    }

    /** How many records came through the ring. */
    int events() {
        return events;
    }

    /** Zero error, packets and bytes, for every endpoint, direction and verdict. */
    void assertExact() {
        drain();
        final Map<Cell, Count> counted = new HashMap<>();
        final Map<Cell, Count> recorded = new HashMap<>(handedOver);
        for (int endpoint = 1; endpoint < tables.counters().endpoints(); endpoint++) {
            for (final Direction direction : Direction.values()) {
                addCounters(counted, recorded, endpoint, direction);
            }
        }
        addCaches(recorded);
        counted.values().removeIf(count -> count.packets == 0);
        recorded.values().removeIf(count -> count.packets == 0 && count.bytes == 0);
        assertThat(counted).as("counters").isEqualTo(sent);
        assertThat(recorded).as("caches, events and overflow").isEqualTo(sent);
    }

    private void addCounters(
            final Map<Cell, Count> counted,
            final Map<Cell, Count> recorded,
            final int endpoint,
            final Direction direction) {
        final CounterTable counters = tables.counters();
        for (int i = 0; i < Reason.count(); i++) {
            final Reason reason = Reason.of(i);
            add(
                    counted,
                    new Cell(endpoint, direction, reason.isDrop()),
                    counters.packets(endpoint, direction, reason),
                    counters.bytes(endpoint, direction, reason));
        }
        add(
                recorded,
                new Cell(endpoint, direction, false),
                counters.overflowPackets(endpoint, direction),
                counters.overflowBytes(endpoint, direction));
        add(
                recorded,
                new Cell(endpoint, direction, true),
                counters.deniedOverflowPackets(endpoint, direction),
                counters.deniedOverflowBytes(endpoint, direction));
    }

    private void addCaches(final Map<Cell, Count> recorded) {
        final FlowEntry flow = new FlowEntry();
        final DeniedEntry denied = new DeniedEntry();
        for (int cpu = 0; cpu < tables.flows().cpus(); cpu++) {
            for (int slot = 0; slot < tables.flows().slots(); slot++) {
                if (tables.flows().read(cpu, slot, flow)) {
                    addFlow(recorded, flow);
                }
            }
            for (int slot = 0; slot < tables.denied().slots(); slot++) {
                if (tables.denied().read(cpu, slot, denied)) {
                    addDenied(recorded, denied);
                }
            }
        }
    }
}
