package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.document.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a client wants objects: as they are, as lines of a table (kubectl), or only their metadata;
 * in JSON or YAML.
 *
 * @param version of {@code meta.k8s.io} for tables and metadata
 * @param include how much of its object a table's row carries
 */
record Representation(Form form, String version, Encoding encoding, TableRows.Include include) {
    private static final String META = "meta.k8s.io";

    /** What is shown of an object. */
    enum Form {
        OBJECT,
        TABLE,
        METADATA
    }

    /** In which language. */
    enum Encoding {
        JSON("application/json"),
        YAML("application/yaml");

        private final String contentType;

        Encoding(final String contentType) {
            this.contentType = contentType;
        }
    }

    /**
     * The first of the media types in the request's {@code Accept} that can be made.
     *
     * @throws ApiException 406 when there is none
     */
    static Representation of(final Request request) {
        final TableRows.Include include = TableRows.Include.of(request);
        final String accept = request.accept().isBlank() ? "*/*" : request.accept();
        for (final String range : accept.split(",")) {
            final Optional<Representation> fit = fit(range.strip(), include);
            if (fit.isPresent()) {
                return fit.get();
            }
        }
        throw ApiException.of(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json,"
                        + " application/yaml",
                null);
    }

    private static Optional<Representation> fit(
            final String range, final TableRows.Include include) {
        final String[] parts = range.split(";");
        final Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            final String[] pair = parts[i].strip().split("=", 2);
            parameters.put(pair[0].toLowerCase(Locale.ROOT), pair.length == 2 ? pair[1] : "");
        }
        final Encoding encoding;
        switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
            case "application/json", "application/*", "*/*" -> encoding = Encoding.JSON;
            case "application/yaml" -> encoding = Encoding.YAML;
            default -> {
                return Optional.empty();
            }
        }
        if (parameters.getOrDefault("q", "1").matches("0(\\.0*)?")) {
            return Optional.empty();
        }
        final String as = parameters.getOrDefault("as", "");
        final String version = parameters.getOrDefault("v", "v1");
        final Form form =
                switch (as) {
                    case "" -> Form.OBJECT;
                    case "Table" -> Form.TABLE;
                    case "PartialObjectMetadata", "PartialObjectMetadataList" -> Form.METADATA;
                    default -> null;
                };
        final boolean known =
                as.isEmpty()
                        || META.equals(parameters.get("g"))
                                && List.of("v1", "v1beta1").contains(version);
        return form == null || !known
                ? Optional.empty()
                : Optional.of(new Representation(form, version, encoding, include));
    }

    String contentType() {
        return encoding.contentType;
    }

    /** An answer with one object. */
    Response.Whole one(final int code, final Kind kind, final JsonNode object) {
        return answer(code, event(kind, object, true));
    }

    /** An answer with several. */
    Response.Whole list(final Kind kind, final ObjectNode metadata, final ArrayNode items) {
        final ObjectNode list = Json.object();
        switch (form) {
            case TABLE -> {
                return answer(200, TableRows.table(kind, version, metadata, items, true, include));
            }
            case METADATA -> {
                list.put("kind", "PartialObjectMetadataList").put("apiVersion", metaVersion());
                list.set("metadata", metadata);
                final ArrayNode shown = list.putArray("items");
                items.forEach(item -> shown.add(metadata(item)));
            }
            default -> {
                list.put("kind", kind.name() + "List").put("apiVersion", kind.apiVersion());
                list.set("metadata", metadata);
                list.set("items", items);
            }
        }
        return answer(200, list);
    }

    /**
     * One object as a watch sends it.
     *
     * @param first a table's columns are in the first event only
     */
    JsonNode event(final Kind kind, final JsonNode object, final boolean first) {
        return switch (form) {
            case TABLE -> {
                final ObjectNode metadata = Json.object();
                metadata.set("resourceVersion", object.path("metadata").path("resourceVersion"));
                yield TableRows.table(
                        kind, version, metadata, Json.array().add(object), first, include);
            }
            case METADATA -> metadata(object);
            default -> object;
        };
    }

    /** A bookmark, whose object has nothing but metadata. */
    JsonNode bookmark(final ObjectNode object) {
        return switch (form) {
            case TABLE ->
                    Json.object()
                            .put("kind", "Table")
                            .put("apiVersion", metaVersion())
                            .set("metadata", object.path("metadata"));
            case METADATA -> metadata(object);
            default -> object;
        };
    }

    private JsonNode metadata(final JsonNode object) {
        return Json.object()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", metaVersion())
                .set("metadata", object.path("metadata"));
    }

    private String metaVersion() {
        return META + "/" + version;
    }

    private Response.Whole answer(final int code, final JsonNode body) {
        return encoding == Encoding.JSON
                ? Response.json(code, body)
                : new Response.Whole(
                        code,
                        encoding.contentType,
                        Yaml.write(body).getBytes(StandardCharsets.UTF_8),
                        List.of());
    }
}
