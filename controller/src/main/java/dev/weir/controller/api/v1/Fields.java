package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.compile.NamedPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a request's object field by field, and in the end says everything that is wrong with it. A
 * field of null is one that is not there.
 */
final class Fields {
    private final ObjectNode object;
    private final String prefix;
    private final List<Details.Cause> causes;

    private Fields(final ObjectNode object, final String prefix, final List<Details.Cause> causes) {
        this.object = object;
        this.prefix = prefix;
        this.causes = causes;
    }

    static Fields of(final ObjectNode object) {
        return new Fields(object, "", new ArrayList<>());
    }

    /** A nested object; its problems are this one's. */
    Fields in(final ObjectNode nested, final String field) {
        return new Fields(nested, prefix + field + ".", causes);
    }

    /** Every field that is not named here is a problem. */
    Fields only(final String... known) {
        for (final Map.Entry<String, JsonNode> field : object.properties()) {
            if (!List.of(known).contains(field.getKey())) {
                problem(
                        "FieldValueForbidden",
                        field.getKey(),
                        field.getKey() + " (expected: " + String.join(", ", known) + ")");
            }
        }
        return this;
    }

    boolean has(final String field) {
        return object.hasNonNull(field);
    }

    Optional<String> text(final String field) {
        final JsonNode node = object.path(field);
        if (!has(field)) {
            return Optional.empty();
        }
        if (!node.isTextual() || node.asText().isEmpty()) {
            wrongType(field, node, "a string that is not empty");
            return Optional.empty();
        }
        return Optional.of(node.asText());
    }

    OptionalInt number(final String field, final int least, final int most) {
        final JsonNode node = object.path(field);
        if (!has(field)) {
            return OptionalInt.empty();
        }
        if (!node.isInt() || node.asInt() < least || node.asInt() > most) {
            invalid(field, node + " (expected: a number, " + least + "-" + most + ")");
            return OptionalInt.empty();
        }
        return OptionalInt.of(node.asInt());
    }

    /** Labels of strings. */
    Map<String, String> labels(final String field) {
        final Map<String, String> labels = new LinkedHashMap<>();
        changes(field)
                .forEach(
                        (key, value) -> {
                            if (value.isPresent()) {
                                labels.put(key, value.get());
                            } else {
                                invalid(field + "." + key, "null (expected: a string)");
                            }
                        });
        return labels;
    }

    /** A merge patch of labels: empty removes one. */
    Map<String, Optional<String>> changes(final String field) {
        final Map<String, Optional<String>> changes = new LinkedHashMap<>();
        final JsonNode node = object.path(field);
        if (has(field) && !node.isObject()) {
            wrongType(field, node, "an object");
            return changes;
        }
        for (final Map.Entry<String, JsonNode> label : node.properties()) {
            if (label.getValue().isTextual()) {
                changes.put(label.getKey(), Optional.of(label.getValue().asText()));
            } else if (label.getValue().isNull()) {
                changes.put(label.getKey(), Optional.empty());
            } else {
                wrongType(field + "." + label.getKey(), label.getValue(), "a string");
            }
        }
        return changes;
    }

    /** A list of {@code {"name","port","protocol"}}; protocol is TCP where it is not said. */
    List<NamedPort> ports(final String field) {
        final List<NamedPort> ports = new ArrayList<>();
        final JsonNode node = object.path(field);
        if (has(field) && !node.isArray()) {
            wrongType(field, node, "a list");
            return ports;
        }
        for (int i = 0; i < node.size(); i++) {
            final String where = field + "[" + i + "]";
            if (node.get(i) instanceof ObjectNode) {
                final Fields port = in((ObjectNode) node.get(i), where);
                port.only("name", "port", "protocol").require("name").require("port");
                ports.add(
                        new NamedPort(
                                port.text("name").orElse(""),
                                port.number("port", 1, 65_535).orElse(0),
                                port.text("protocol").orElse("TCP")));
            } else {
                wrongType(where, node.get(i), "an object");
            }
        }
        return ports;
    }

    Fields require(final String field) {
        if (!has(field)) {
            problem("FieldValueRequired", field, "missing (expected: a value)");
        }
        return this;
    }

    private void wrongType(final String field, final JsonNode node, final String expected) {
        final String actual = node.isTextual() ? "an empty string" : Bodies.describe(node);
        problem("FieldValueTypeInvalid", field, actual + " (expected: " + expected + ")");
    }

    void invalid(final String field, final String message) {
        problem("FieldValueInvalid", field, message);
    }

    private void problem(final String reason, final String field, final String message) {
        causes.add(new Details.Cause(reason, message, prefix + field));
    }

    /**
     * Ends the reading.
     *
     * @throws ApiException 422 with every problem
     */
    void check(final Details about) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(about.withCauses(causes));
        }
    }
}
