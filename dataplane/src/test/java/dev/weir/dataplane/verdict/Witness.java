package dev.weir.dataplane.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Compares all tables before and after a packet: it must be in exactly one counter, and in the
 * entries of the caches that go with its reason, with all of its bytes and nothing else.
 */
final class Witness {
    private final ProgramTables tables;

    Witness(final ProgramTables tables) {
        this.tables = tables;
    }

    private record Count(long packets, long bytes) {
        static final Count NONE = new Count(0, 0);

        Count minus(final Count other) {
            return new Count(packets - other.packets, bytes - other.bytes);
        }
    }

    private record Cell(int endpoint, Direction direction, Reason reason) {}

    private record Entry(int epoch, Count count) {}

    private record Snapshot(
            List<Count> cells, List<Count> rules, List<Entry> flows, List<Entry> denied) {}

    Outcome of(
            final Direction direction,
            final long packets,
            final long bytes,
            final BooleanSupplier packet) {
        final Snapshot before = snapshot();
        final boolean passed = packet.getAsBoolean();
        final Snapshot after = snapshot();

        final Count expected = new Count(packets, bytes);
        final int cell = onlyChange("counters", before.cells, after.cells, expected);
        final int rule = onlyChange("rule counters", before.rules, after.rules, expected);
        final int flow = onlyEntry("flow cache", before.flows, after.flows, expected);
        final int denied = onlyEntry("denied cache", before.denied, after.denied, expected);
        final Optional<Reason> reason = Optional.ofNullable(cell < 0 ? null : cell(cell).reason);
        if (cell >= 0) {
            assertThat(cell(cell).direction).isEqualTo(direction);
        }
        reason.ifPresent(
                why -> {
                    assertThat(why.isDrop()).as("drop, as " + why + " says").isEqualTo(!passed);
                    assertThat(flow >= 0 && denied >= 0).as("in both caches").isFalse();
                    if (flow >= 0) {
                        assertThat(passed).as("passed, as it is in the flow cache").isTrue();
                    }
                    if (denied >= 0) {
                        assertThat(deniedEntry(denied).reason()).isEqualTo(why);
                    }
                });
        assertThat(flow >= 0 || denied >= 0 ? reason.isPresent() : true)
                .as("counted, as it is in a cache")
                .isTrue();
        return new Outcome(
                passed,
                direction,
                reason,
                cell < 0 ? 0 : packets,
                cell < 0 ? 0 : bytes,
                Math.max(rule, 0),
                Optional.ofNullable(flow < 0 ? null : flowEntry(flow)),
                flow >= 0 && before.flows.get(flow).epoch != after.flows.get(flow).epoch,
                Optional.ofNullable(denied < 0 ? null : deniedEntry(denied)));
    }

    /** Index of the one counter that grew by {@code expected}; -1 = none did. */
    private static int onlyChange(
            final String what,
            final List<Count> before,
            final List<Count> after,
            final Count expected) {
        int found = -1;
        for (int i = 0; i < before.size(); i++) {
            final Count grew = after.get(i).minus(before.get(i));
            if (!grew.equals(Count.NONE)) {
                assertThat(grew).as(what).isEqualTo(expected);
                assertThat(found).as(what + ": one of them").isEqualTo(-1);
                found = i;
            }
        }
        return found;
    }

    private static int onlyEntry(
            final String what,
            final List<Entry> before,
            final List<Entry> after,
            final Count expected) {
        final List<Count> from = new ArrayList<>();
        final List<Count> to = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).epoch & 1).as(what + ": even epoch").isZero();
            from.add(before.get(i).epoch == after.get(i).epoch ? before.get(i).count : Count.NONE);
            to.add(after.get(i).count);
        }
        return onlyChange(what, from, to, expected);
    }

    private Cell cell(final int index) {
        final int reasons = Reason.count();
        return new Cell(
                index / reasons / 2, Direction.of(index / reasons % 2), Reason.of(index % reasons));
    }

    private Snapshot snapshot() {
        final List<Count> cells = new ArrayList<>();
        final List<Count> rules = new ArrayList<>();
        final List<Entry> flows = new ArrayList<>();
        final List<Entry> denied = new ArrayList<>();
        for (int i = 0; i < tables.counters().endpoints() * 2 * Reason.count(); i++) {
            final Cell cell = cell(i);
            cells.add(
                    new Count(
                            tables.counters().packets(cell.endpoint, cell.direction, cell.reason),
                            tables.counters().bytes(cell.endpoint, cell.direction, cell.reason)));
        }
        for (int i = 0; i < tables.rules().capacity(); i++) {
            rules.add(new Count(tables.rules().packets(i), tables.rules().bytes(i)));
        }
        for (int i = 0; i < tables.flows().cpus() * tables.flows().slots(); i++) {
            final FlowEntry flow = flowEntry(i);
            flows.add(
                    new Entry(
                            flow.epoch(),
                            new Count(
                                    flow.packets(Direction.INGRESS)
                                            + flow.packets(Direction.EGRESS),
                                    flow.bytes(Direction.INGRESS) + flow.bytes(Direction.EGRESS))));
        }
        for (int i = 0; i < tables.denied().cpus() * tables.denied().slots(); i++) {
            final DeniedEntry entry = deniedEntry(i);
            denied.add(new Entry(entry.epoch(), new Count(entry.packets(), entry.bytes())));
        }
        return new Snapshot(cells, rules, flows, denied);
    }

    /** A copy; all zero where the slot was never used. */
    private FlowEntry flowEntry(final int index) {
        final FlowEntry copy = new FlowEntry();
        tables.flows().read(index / tables.flows().slots(), index % tables.flows().slots(), copy);
        return copy;
    }

    private DeniedEntry deniedEntry(final int index) {
        final DeniedEntry copy = new DeniedEntry();
        tables.denied()
                .read(index / tables.denied().slots(), index % tables.denied().slots(), copy);
        return copy;
    }
}
