package dev.weir.controller.compile;

import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The port part of one rule's rows. */
final class PortRows {
    /**
     * @param protocol IANA number, 0 = any
     * @param length of the port prefix, 0 = any port
     * @param port masked to {@code length}
     */
    record Row(int protocol, int length, int port) {}

    private static final List<Row> EVERYTHING = List.of(new Row(0, 0, 0));

    private final List<PolicyPort> ports;
    private final List<PolicyPort> named;
    private final List<Row> numbered;
    private final Map<List<NamedPort>, List<Row>> byOwner = new HashMap<>();

    /**
     * @param ports of the rule; empty = everything
     */
    PortRows(final List<PolicyPort> ports) {
        this.ports = ports;
        this.named = ports.stream().filter(port -> port.name().isPresent()).toList();
        this.numbered =
                ports.isEmpty()
                        ? EVERYTHING
                        : rows(ports.stream().filter(port -> port.name().isEmpty()).toList());
    }

    /** True when rows depend on whose ports they are. */
    boolean hasNames() {
        return !named.isEmpty();
    }

    /** True when every protocol and port is meant. */
    boolean everything() {
        return ports.isEmpty();
    }

    /** Bit n is set when rows with port prefix length n exist, or would for some owner. */
    int lengths() {
        int lengths = hasNames() ? 1 << 16 : 0;
        for (final Row row : numbered) {
            lengths |= row.protocol() == 0 ? 0 : 1 << row.length();
        }
        return lengths;
    }

    /** Without the named ports. */
    List<Row> numbered() {
        return numbered;
    }

    /** Named ports only, as the owner of the port means them. */
    List<Row> named(final Workload owner) {
        return byOwner.computeIfAbsent(owner.ports(), key -> find(owner));
    }

    /** All of them, as the owner of the port means them. */
    List<Row> of(final Workload owner) {
        if (!hasNames()) {
            return numbered;
        }
        final List<Row> rows = new ArrayList<>(numbered);
        rows.addAll(named(owner));
        return rows;
    }

    /** Each port by itself: joined they would make other prefix lengths on every owner. */
    private List<Row> find(final Workload owner) {
        final Set<Row> rows =
                new TreeSet<>(Comparator.comparing(Row::protocol).thenComparing(Row::port));
        for (final PolicyPort port : named) {
            owner.ports(port.name().get(), port.protocol().name())
                    .forEach(number -> rows.add(new Row(port.protocol().number(), 16, number)));
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
