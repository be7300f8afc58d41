package dev.weir.controller.api.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import java.util.List;
import java.util.Map;

/**
 * An OpenAPI 2 document as protobuf, the only form in which kubectl before 1.25 reads it: message
 * {@code openapi.v2.Document} of google/gnostic's {@code OpenAPIv2.proto}, in as far as our
 * document uses it. The numbers are that file's.
 */
public final class SwaggerProto {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete");
    private static final int FIRST_METHOD = 2;
    private static final int PATCH = 8;

    private SwaggerProto() {}

    /** The bytes of a whole document. */
    public static byte[] encode(final JsonNode document) {
        final JsonNode info = document.path("info");
        final ProtoMessage message = new ProtoMessage();
        message.text(1, document.path("swagger").asText());
        message.message(
                2,
                new ProtoMessage()
                        .text(1, info.path("title").asText())
                        .text(2, info.path("version").asText()));
        final ProtoMessage paths = new ProtoMessage();
        for (final Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            paths.message(2, named(path.getKey(), path(path.getValue())));
        }
        message.message(8, paths);
        message.message(9, schemas(document.path("definitions")));
        return message.bytes();
    }

    private static ProtoMessage named(final String name, final ProtoMessage value) {
        return new ProtoMessage().text(1, name).message(2, value);
    }

    /** {@code Definitions} and {@code Properties} are alike. */
    private static ProtoMessage schemas(final JsonNode schemas) {
        final ProtoMessage message = new ProtoMessage();
        for (final Map.Entry<String, JsonNode> schema : schemas.properties()) {
            message.message(1, named(schema.getKey(), schema(schema.getValue())));
        }
        return message;
    }

    private static ProtoMessage schema(final JsonNode schema) {
        final ProtoMessage message = new ProtoMessage();
        message.text(1, schema.path("$ref").asText(""));
        message.text(2, schema.path("format").asText(""));
        message.text(4, schema.path("description").asText(""));
        schema.path("required").forEach(name -> message.text(19, name.asText()));
        if (schema.has("additionalProperties")) {
            final ProtoMessage values = schema(schema.path("additionalProperties"));
            message.message(21, new ProtoMessage().message(1, values));
        }
        if (schema.has("type")) {
            message.message(22, new ProtoMessage().text(1, schema.path("type").asText()));
        }
        if (schema.has("items")) {
            message.message(23, new ProtoMessage().message(1, schema(schema.path("items"))));
        }
        if (schema.has("properties")) {
            message.message(25, schemas(schema.path("properties")));
        }
        extensions(message, 31, schema);
        return message;
    }

    private static void extensions(
            final ProtoMessage message, final int field, final JsonNode node) {
        for (final Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getKey().startsWith("x-")) {
                // The value is YAML, and JSON is YAML.
                final ProtoMessage any = new ProtoMessage().text(2, Json.compact(each.getValue()));
                message.message(field, named(each.getKey(), any));
            }
        }
    }

    private static ProtoMessage path(final JsonNode path) {
        final ProtoMessage message = new ProtoMessage();
        for (int i = 0; i < METHODS.size(); i++) {
            if (path.has(METHODS.get(i))) {
                message.message(FIRST_METHOD + i, operation(path.path(METHODS.get(i))));
            }
        }
        if (path.has("patch")) {
            message.message(PATCH, operation(path.path("patch")));
        }
        path.path("parameters").forEach(parameter -> message.message(9, parameter(parameter)));
        return message;
    }

    private static ProtoMessage operation(final JsonNode operation) {
        final ProtoMessage message = new ProtoMessage();
        message.text(3, operation.path("description").asText());
        message.text(5, operation.path("operationId").asText());
        operation.path("produces").forEach(type -> message.text(6, type.asText()));
        operation.path("consumes").forEach(type -> message.text(7, type.asText()));
        operation.path("parameters").forEach(parameter -> message.message(8, parameter(parameter)));
        final ProtoMessage responses = new ProtoMessage();
        for (final Map.Entry<String, JsonNode> each : operation.path("responses").properties()) {
            final ProtoMessage response =
                    new ProtoMessage().text(1, each.getValue().path("description").asText());
            if (each.getValue().has("schema")) {
                response.message(
                        2, new ProtoMessage().message(1, schema(each.getValue().path("schema"))));
            }
            if (each.getValue().has("headers")) {
                response.message(3, headers(each.getValue().path("headers")));
            }
            responses.message(1, named(each.getKey(), new ProtoMessage().message(1, response)));
        }
        message.message(9, responses);
        extensions(message, 13, operation);
        return message;
    }

    private static ProtoMessage headers(final JsonNode headers) {
        final ProtoMessage message = new ProtoMessage();
        for (final Map.Entry<String, JsonNode> each : headers.properties()) {
            final ProtoMessage header = new ProtoMessage();
            header.text(1, each.getValue().path("type").asText());
            header.text(18, each.getValue().path("description").asText(""));
            message.message(1, named(each.getKey(), header));
        }
        return message;
    }

    private static ProtoMessage parameter(final JsonNode parameter) {
        final ProtoMessage message = new ProtoMessage();
        final String place = parameter.path("in").asText();
        final boolean required = parameter.path("required").asBoolean();
        final String description = parameter.path("description").asText();
        final String name = parameter.path("name").asText();
        if (place.equals("body")) {
            message.text(1, description).text(2, name).text(3, place).flag(4, required);
            message.message(5, schema(parameter.path("schema")));
            return new ProtoMessage().message(1, new ProtoMessage().message(1, message));
        }
        final boolean query = place.equals("query");
        message.flag(1, required).text(2, place).text(3, description).text(4, name);
        message.text(query ? 6 : 5, parameter.path("type").asText());
        final ProtoMessage nonBody = new ProtoMessage().message(query ? 3 : 4, message);
        return new ProtoMessage().message(1, new ProtoMessage().message(2, nonBody));
    }
}
