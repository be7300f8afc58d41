package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the fields of one JSON object, reports wrong types as it goes, and in the end every field
 * nobody asked for. Null counts as absent, as in Kubernetes.
 */
final class FieldReader {
    private final JsonNode object;
    private final String path;
    private final Problems problems;
    private final TreeSet<String> known = new TreeSet<>();

    private FieldReader(final JsonNode object, final String path, final Problems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** Reads {@code node}; anything but an object is a problem and reads as an empty one. */
    static FieldReader of(final JsonNode node, final String path, final Problems problems) {
        if (node != null && node.isObject()) {
            return new FieldReader(node, path, problems);
        }
        problems.wrongType(path, shown(node), "must be an object");
        return new FieldReader(JsonNodeFactory.instance.objectNode(), path, problems);
    }

    String path() {
        return path;
    }

    String path(final String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    Problems problems() {
        return problems;
    }

    /** The field's value, if it is there and not null. */
    Optional<JsonNode> node(final String field) {
        known.add(field);
        final JsonNode value = object.get(field);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    Optional<FieldReader> object(final String field) {
        return node(field).map(value -> of(value, path(field), problems));
    }

    Optional<String> text(final String field) {
        final Optional<JsonNode> value = node(field);
        if (value.isPresent() && !value.get().isTextual()) {
            problems.wrongType(path(field), shown(value.get()), "must be a string");
            return Optional.empty();
        }
        return value.map(JsonNode::textValue);
    }

    /** A 64-bit whole number. */
    Optional<Long> number(final String field) {
        final Optional<JsonNode> value = node(field);
        if (value.isPresent()
                && !(value.get().isIntegralNumber() && value.get().canConvertToLong())) {
            problems.wrongType(path(field), shown(value.get()), "must be an integer");
            return Optional.empty();
        }
        return value.map(JsonNode::longValue);
    }

    /** The elements of a list; absent reads as empty. */
    List<JsonNode> list(final String field) {
        final Optional<JsonNode> value = node(field);
        final List<JsonNode> elements = new ArrayList<>();
        if (value.isPresent() && !value.get().isArray()) {
            problems.wrongType(path(field), shown(value.get()), "must be a list");
        } else {
            value.ifPresent(list -> list.forEach(elements::add));
        }
        return elements;
    }

    /** The objects of a list, each with its own path. */
    List<FieldReader> objects(final String field) {
        final List<FieldReader> readers = new ArrayList<>();
        for (final JsonNode element : list(field)) {
            readers.add(of(element, path(field) + "[" + readers.size() + "]", problems));
        }
        return readers;
    }

    /** The strings of a list; an element of another type is a problem and reads as null. */
    List<String> texts(final String field) {
        final List<String> texts = new ArrayList<>();
        for (final JsonNode element : list(field)) {
            if (!element.isTextual()) {
                final String place = path(field) + "[" + texts.size() + "]";
                problems.wrongType(place, shown(element), "must be a string");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** A map of strings; absent reads as empty. */
    Map<String, String> textMap(final String field) {
        final Map<String, String> map = new TreeMap<>();
        final Optional<JsonNode> value = node(field);
        if (value.isEmpty()) {
            return map;
        }
        if (!value.get().isObject()) {
            problems.wrongType(path(field), shown(value.get()), "must be a map of strings");
            return map;
        }
        for (final Map.Entry<String, JsonNode> entry : value.get().properties()) {
            if (entry.getValue().isTextual()) {
                map.put(entry.getKey(), entry.getValue().textValue());
            } else {
                final String place = path(field) + "[" + entry.getKey() + "]";
                problems.wrongType(place, shown(entry.getValue()), "must be a string");
            }
        }
        return map;
    }

    /** Reports the fields that were never asked for. */
    void finish() {
        final Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            final String name = names.next();
            if (!known.contains(name)) {
                problems.unknown(path(name), String.join(", ", known));
            }
        }
    }

    /**
     * Reports a union that is none or several of the fields that were asked for. Fields that nobody
     * knows do not count: what only they say would be lost on the way.
     */
    void exactlyOne() {
        final int present = (int) known.stream().filter(object::hasNonNull).count();
        if (present == 0) {
            problems.tooFew(path, 0, 1, "properties");
        } else if (present > 1) {
            problems.tooMany(path, present, 1);
        }
    }

    /** A value as an error shows it: texts bare, the rest as JSON, long ones cut. */
    private static Object shown(final JsonNode node) {
        if (node == null) {
            return "nothing";
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        final String json = node.toString();
        return new StringBuilder(json.length() > 64 ? json.substring(0, 61) + "..." : json);
    }
}
