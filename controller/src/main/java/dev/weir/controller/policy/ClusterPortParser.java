package dev.weir.controller.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads one element of {@code protocols} of a ClusterNetworkPolicy. */
final class ClusterPortParser {
    private ClusterPortParser() {}

    /** A named port is of any protocol: one for each. */
    static List<PolicyPort> parse(final FieldReader entry) {
        final List<PolicyPort> ports = new ArrayList<>();
        for (final Protocol protocol : Protocol.values()) {
            entry.object(protocol.name().toLowerCase(Locale.ROOT))
                    .flatMap(transport -> transport(transport, protocol))
                    .ifPresent(ports::add);
        }
        final Optional<String> name = entry.text("destinationNamedPort");
        name.filter(String::isEmpty)
                .ifPresent(
                        empty ->
                                entry.problems()
                                        .required(
                                                entry.path("destinationNamedPort"),
                                                "the name of a port"));
        entry.finish();
        entry.exactlyOne();
        name.filter(given -> !given.isEmpty()).ifPresent(given -> ports.addAll(named(given)));
        return ports;
    }

    private static List<PolicyPort> named(final String name) {
        return Arrays.stream(Protocol.values())
                .map(protocol -> PolicyPort.named(protocol, name))
                .toList();
    }

    private static Optional<PolicyPort> transport(
            final FieldReader transport, final Protocol protocol) {
        final Optional<FieldReader> destination = transport.object("destinationPort");
        transport.finish();
        transport.exactlyOne();
        return destination.flatMap(port -> port(port, protocol));
    }

    private static Optional<PolicyPort> port(final FieldReader port, final Protocol protocol) {
        final Optional<Integer> number = number(port, "number");
        final Optional<PolicyPort> range =
                port.object("range").flatMap(given -> range(given, protocol));
        port.finish();
        port.exactlyOne();
        return number.map(single -> PolicyPort.range(protocol, single, single)).or(() -> range);
    }

    private static Optional<PolicyPort> range(final FieldReader range, final Protocol protocol) {
        for (final String field : List.of("start", "end")) {
            if (range.node(field).isEmpty()) {
                range.problems().required(range.path(field), "");
            }
        }
        final Optional<Integer> start = number(range, "start");
        final Optional<Integer> end = number(range, "end");
        range.finish();
        if (start.isEmpty() || end.isEmpty()) {
            return Optional.empty(); // each of them told why
        }
        if (start.get() >= end.get()) {
            range.problems()
                    .invalid(range.path(), "object", "Start port must be less than End port");
            return Optional.empty();
        }
        return Optional.of(PolicyPort.range(protocol, start.get(), end.get()));
    }

    private static Optional<Integer> number(final FieldReader port, final String field) {
        return port.number(field)
                .filter(given -> port.problems().inRange(port.path(field), given, 1, 65535))
                .map(Long::intValue);
    }
}
