package dev.weir.controller.compile;

import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The port part of one rule's rows.
 *
 * @param ports of the rule; empty = everything
 * @param numbered rows of the ports that have no names
 */
record PortRows(List<PolicyPort> ports, List<Row> numbered) {
    /**
     * @param protocol IANA number, 0 = any
     * @param length of the port prefix, 0 = any port
     * @param port masked to {@code length}
     */
    record Row(int protocol, int length, int port) {}

    private static final List<Row> EVERYTHING = List.of(new Row(0, 0, 0));

    /**
     * @param ports of the rule; empty = everything
     */
    static PortRows of(final List<PolicyPort> ports) {
        return new PortRows(
                ports,
                ports.isEmpty()
                        ? EVERYTHING
                        : rows(ports.stream().filter(port -> port.name().isEmpty()).toList()));
    }

    /** True when rows depend on whose ports they are. */
    boolean hasNames() {
        return ports.stream().anyMatch(port -> port.name().isPresent());
    }

    /** Bit n is set when rows with port prefix length n exist, or would for some owner. */
    int lengths() {
        int lengths = hasNames() ? 1 << 16 : 0;
        for (final Row row : numbered) {
            lengths |= row.protocol() == 0 ? 0 : 1 << row.length();
        }
        return lengths;
    }

    /** All of them, as an owner of these ports means them. */
    List<Row> all(final List<NamedPort> owned) {
        if (!hasNames()) {
            return numbered;
        }
        final List<Row> rows = new ArrayList<>(numbered);
        rows.addAll(named(owned));
        return rows;
    }

    /**
     * Named ports only, as an owner of these ports means them. Each by itself: joined they would
     * make other prefix lengths on every owner.
     */
    List<Row> named(final List<NamedPort> owned) {
        final Set<Row> rows =
                new TreeSet<>(Comparator.comparing(Row::protocol).thenComparing(Row::port));
        for (final PolicyPort port : ports) {
            owned.stream()
                    .filter(each -> port.name().filter(each.name()::equals).isPresent())
                    .filter(each -> each.protocol().equals(port.protocol().name()))
                    .forEach(each -> rows.add(new Row(port.protocol().number(), 16, each.port())));
        }
        return List.copyOf(rows);
    }

    private static List<Row> rows(final List<PolicyPort> ports) {
        final Map<Protocol, List<PortCover.Range>> ranges = new EnumMap<>(Protocol.class);
        for (final PolicyPort port : ports) {
            ranges.computeIfAbsent(port.protocol(), protocol -> new ArrayList<>())
                    .add(new PortCover.Range(port.first(), port.last()));
        }
        final List<Row> rows = new ArrayList<>();
        ranges.forEach(
                (protocol, list) ->
                        PortCover.of(list)
                                .forEach(
                                        prefix ->
                                                rows.add(
                                                        new Row(
                                                                protocol.number(),
                                                                prefix.length(),
                                                                prefix.port()))));
        return rows;
    }
}
