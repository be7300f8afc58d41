package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Objects as {@code kubectl get} shows them: the API server makes the table, kubectl prints it. */
final class TableRows {
    private static final Map<String, String> OPERATORS =
            Map.of("In", " in ", "NotIn", " notin ", "Exists", "", "DoesNotExist", "!");

    private TableRows() {}

    /** How much of its object a row carries. */
    enum Include {
        NONE,
        METADATA,
        OBJECT;

        static Include of(final Request request) {
            final String text = request.query("includeObject").orElse("Metadata");
            return switch (text) {
                case "None" -> NONE;
                case "", "Metadata" -> METADATA;
                case "Object" -> OBJECT;
                default ->
                        throw ApiException.badRequest(
                                "query includeObject: "
                                        + text
                                        + " (expected: None, Metadata or Object)");
            };
        }
    }

    private record Column(String name, String type, String format, String description) {}

    private static List<Column> columns(final Kind kind) {
        final List<Column> columns = new ArrayList<>();
        columns.add(new Column("Name", "string", "name", "Unique within its namespace and kind."));
        switch (kind.stored()) {
            case NETWORK_POLICY ->
                    columns.add(
                            new Column(
                                    "Pod-Selector",
                                    "string",
                                    "",
                                    "The pods of the namespace that this policy applies to."));
            case CLUSTER_NETWORK_POLICY -> {
                columns.add(new Column("Tier", "string", "", "Admin or Baseline."));
                columns.add(
                        new Column("Priority", "integer", "int32", "Lower numbers come first."));
            }
            default -> columns.add(new Column("Status", "string", "", "The namespace's phase."));
        }
        columns.add(new Column("Age", "string", "", "Time since it was written first."));
        return columns;
    }

    /**
     * A table.
     *
     * @param version of {@code meta.k8s.io}
     */
    static ObjectNode table(
            final Kind kind,
            final String version,
            final ObjectNode metadata,
            final ArrayNode items,
            final boolean withColumns,
            final Include include) {
        final ObjectNode table =
                Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/" + version);
        table.set("metadata", metadata);
        final ArrayNode definitions = table.putArray("columnDefinitions");
        if (withColumns) {
            for (final Column column : columns(kind)) {
                definitions
                        .addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.format())
                        .put("description", column.description())
                        .put("priority", 0);
            }
        }
        final ArrayNode rows = table.putArray("rows");
        for (final JsonNode item : items) {
            rows.add(row(kind, version, item, include));
        }
        return table;
    }

    private static ObjectNode row(
            final Kind kind, final String version, final JsonNode item, final Include include) {
        final ObjectNode row = Json.object();
        final JsonNode spec = item.path("spec");
        final ArrayNode cells = row.putArray("cells");
        cells.add(item.path("metadata").path("name").asText());
        switch (kind.stored()) {
            case NETWORK_POLICY -> cells.add(selector(spec.path("podSelector")));
            case CLUSTER_NETWORK_POLICY -> {
                cells.add(spec.path("tier").asText());
                cells.add(spec.path("priority").asInt());
            }
            default -> cells.add(item.path("status").path("phase").asText("Active"));
        }
        cells.add(age(item.path("metadata").path("creationTimestamp").asText("")));
        switch (include) {
            case OBJECT -> row.set("object", item);
            case METADATA ->
                    row.putObject("object")
                            .put("kind", "PartialObjectMetadata")
                            .put("apiVersion", "meta.k8s.io/" + version)
                            .set("metadata", item.path("metadata"));
            default -> row.putNull("object");
        }
        return row;
    }

    /** As kubectl writes selectors: {@code app=web,tier in (a,b),!debug}. */
    static String selector(final JsonNode selector) {
        final List<String> terms = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> terms.add(label.getKey() + "=" + label.getValue().asText()));
        for (final JsonNode each : selector.path("matchExpressions")) {
            final String key = each.path("key").asText();
            final String operator = each.path("operator").asText();
            final List<String> values = new ArrayList<>();
            each.path("values").forEach(value -> values.add(value.asText()));
            values.sort(null);
            final String joined = OPERATORS.getOrDefault(operator, " " + operator + " ");
            terms.add(
                    switch (operator) {
                        case "Exists" -> key;
                        case "DoesNotExist" -> joined + key;
                        default -> key + joined + "(" + String.join(",", values) + ")";
                    });
        }
        terms.sort(null);
        return terms.isEmpty() ? "<none>" : String.join(",", terms);
    }

    private static String age(final String created) {
        try {
            return age(Duration.between(Instant.parse(created), Instant.now()));
        } catch (final DateTimeParseException e) {
            return "<unknown>"; // Implied, never created.
        }
    }

    /** As kubectl writes durations: two units while they matter, then one. */
    static String age(final Duration duration) {
        final long seconds = duration.toSeconds();
        final long minutes = seconds / 60;
        final long hours = minutes / 60;
        final long days = hours / 24;
        if (seconds < 0) {
            return seconds < -1 ? "<invalid>" : "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return days + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
        }
        if (days < 730) {
            return days + "d";
        }
        final long years = days / 365;
        return years < 8 && days % 365 != 0 ? years + "y" + days % 365 + "d" : years + "y";
    }
}
