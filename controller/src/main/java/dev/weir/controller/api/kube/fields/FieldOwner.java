package dev.weir.controller.api.kube.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One entry of {@code managedFields}.
 *
 * @param operation {@code Apply} or {@code Update}
 * @param time RFC 3339
 * @param fields what it owns; changed in place
 */
record FieldOwner(
        String name,
        String operation,
        String apiVersion,
        String time,
        SortedSet<FieldPath> fields) {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    static List<FieldOwner> read(final JsonNode managedFields) {
        final List<FieldOwner> managers = new ArrayList<>();
        for (final JsonNode entry : managedFields) {
            managers.add(
                    new FieldOwner(
                            entry.path("manager").asText(""),
                            entry.path("operation").asText(UPDATE),
                            entry.path("apiVersion").asText(""),
                            entry.path("time").asText(""),
                            new TreeSet<>(FieldSets.read(entry.path("fieldsV1")))));
        }
        return managers;
    }

    static ArrayNode write(final List<FieldOwner> managers) {
        final ArrayNode entries = Json.array();
        for (final FieldOwner manager : managers) {
            if (!manager.fields().isEmpty()) {
                final ObjectNode entry = entries.addObject();
                entry.put("apiVersion", manager.apiVersion()).put("fieldsType", "FieldsV1");
                entry.set("fieldsV1", FieldSets.write(manager.fields()));
                entry.put("manager", manager.name()).put("operation", manager.operation());
                entry.put("time", manager.time());
            }
        }
        return entries;
    }

    boolean is(final String otherName, final String otherOperation) {
        return name.equals(otherName) && operation.equals(otherOperation);
    }

    FieldOwner at(final String newTime, final SortedSet<FieldPath> newFields) {
        return new FieldOwner(name, operation, apiVersion, newTime, newFields);
    }
}
