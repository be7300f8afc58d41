package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads one element of {@code ports}. */
final class PortParser {
    private static final List<String> PROTOCOLS =
            Arrays.stream(Protocol.values()).map(Protocol::name).toList();

    private PortParser() {}

    static Optional<PolicyPort> parse(final FieldReader port) {
        final Optional<Protocol> protocol = protocol(port);
        final Optional<JsonNode> given = port.node("port");
        final Optional<Long> end = port.number("endPort");
        port.finish();
        if (given.isPresent() && given.get().isTextual()) {
            return named(port, given.get().textValue(), end)
                    .flatMap(name -> protocol.map(p -> PolicyPort.named(p, name)));
        }
        if (given.isEmpty()) {
            end.ifPresent(
                    value ->
                            port.problems()
                                    .invalid(
                                            port.path("endPort"),
                                            value,
                                            "may not be specified when `port` is not specified"));
            return protocol.map(PolicyPort::any);
        }
        return range(port, end).flatMap(r -> protocol.map(p -> PolicyPort.range(p, r[0], r[1])));
    }

    private static Optional<Protocol> protocol(final FieldReader port) {
        final String text = port.text("protocol").orElse(Protocol.TCP.name());
        if (PROTOCOLS.contains(text)) {
            return Optional.of(Protocol.valueOf(text));
        }
        port.problems().notSupported(port.path("protocol"), text, PROTOCOLS);
        return Optional.empty();
    }

    private static Optional<String> named(
            final FieldReader port, final String name, final Optional<Long> end) {
        final List<String> wrong = NameRules.portName(name);
        wrong.forEach(message -> port.problems().invalid(port.path("port"), name, message));
        end.ifPresent(
                value ->
                        port.problems()
                                .invalid(
                                        port.path("endPort"),
                                        value,
                                        "may not be specified when `port` is non-numeric"));
        return wrong.isEmpty() ? Optional.of(name) : Optional.empty();
    }

    private static Optional<int[]> range(final FieldReader port, final Optional<Long> end) {
        final Optional<Long> first = port.number("port");
        if (first.isEmpty()) {
            return Optional.empty();
        }
        final long last = end.orElse(first.get());
        boolean valid = check(port, "port", first.get());
        if (end.isPresent()) {
            if (last < first.get()) {
                final String wrong = "must be greater than or equal to `port`";
                port.problems().invalid(port.path("endPort"), last, wrong);
                valid = false;
            }
            valid &= check(port, "endPort", last);
        }
        return valid
                ? Optional.of(new int[] {first.get().intValue(), (int) last})
                : Optional.empty();
    }

    private static boolean check(final FieldReader port, final String field, final long value) {
        final List<String> wrong = NameRules.portNumber(value);
        wrong.forEach(message -> port.problems().invalid(port.path(field), value, message));
        return wrong.isEmpty();
    }
}
