package dev.weir.controller.compile;

import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.Protocol;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
                        : rows(ports.stream().filter(port -> port.name().isEmpty()).toList(), null);
    }

    /** True when rows depend on whose ports they are. */
    boolean hasNames() {
        return !named.isEmpty();
    }

    /** Without the named ports. */
    List<Row> numbered() {
        return numbered;
    }

    /** Named ports only, as the owner of the port means them. */
    List<Row> named(final Workload owner) {
        return rows(named, owner);
    }

    /** All of them, as the owner of the port means them. */
    List<Row> of(final Workload owner) {
        return hasNames()
                ? byOwner.computeIfAbsent(owner.ports(), key -> rows(ports, owner))
                : numbered;
    }

    private static List<Row> rows(final List<PolicyPort> ports, final Workload owner) {
        final Map<Protocol, List<PortCover.Range>> ranges = new EnumMap<>(Protocol.class);
        for (final PolicyPort port : ports) {
            final List<PortCover.Range> list =
                    ranges.computeIfAbsent(port.protocol(), protocol -> new ArrayList<>());
            if (port.name().isEmpty()) {
                list.add(new PortCover.Range(port.first(), port.last()));
            } else {
                owner.ports(port.name().get(), port.protocol().name())
                        .forEach(number -> list.add(new PortCover.Range(number, number)));
            }
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
