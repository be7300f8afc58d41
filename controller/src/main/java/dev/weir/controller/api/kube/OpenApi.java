package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.Version;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.api.kube.schema.SwaggerProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /openapi/v2} and {@code /openapi/v3}: the schemas that kubectl validates and explains by.
 * Old ones read version 2 in protobuf and nothing else.
 */
final class OpenApi {
    private static final String PROTO_ASKED = "application/com.github.proto-openapi.spec.v2@v1.0";
    private static final String PROTO_SENT =
            "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    private static final String OLD = "#/definitions/";
    private static final String NEW = "#/components/schemas/";

    private OpenApi() {}

    static List<Route> routes(final List<Kind> kinds, final Definitions definitions) {
        final ObjectNode document = document(kinds, definitions);
        final Response.Whole json = Response.json(document);
        final Response.Whole proto =
                new Response.Whole(200, PROTO_SENT, SwaggerProto.encode(document), List.of());
        final List<Route> routes = new ArrayList<>();
        routes.add(
                Route.prompt(
                        "GET",
                        "/openapi/v2",
                        request -> {
                            final boolean wantsProto = request.accept().contains(PROTO_ASKED);
                            return CompletableFuture.completedFuture(wantsProto ? proto : json);
                        }));
        final ObjectNode index = Json.object();
        final ObjectNode paths = index.putObject("paths");
        for (final Kind kind : kinds) {
            final String place = (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion();
            final Response.Whole part = Response.json(version3(kind, definitions));
            final String hash = Integer.toHexString(java.util.Arrays.hashCode(part.body()));
            paths.putObject(place)
                    .put("serverRelativeURL", "/openapi/v3/" + place + "?hash=" + hash);
            routes.add(
                    Route.prompt(
                            "GET",
                            "/openapi/v3/" + place,
                            request -> {
                                if (request.accept().contains("proto")
                                        && !request.accept().contains("json")) {
                                    throw ApiException.notAcceptable(
                                            request.accept(), "application/json");
                                }
                                return CompletableFuture.completedFuture(part);
                            }));
        }
        final Response.Whole all = Response.json(index);
        routes.add(
                Route.prompt(
                        "GET", "/openapi/v3", request -> CompletableFuture.completedFuture(all)));
        return routes;
    }

    /** Version 2, all kinds in one. */
    static ObjectNode document(final List<Kind> kinds, final Definitions definitions) {
        final ObjectNode document = Json.object().put("swagger", "2.0");
        document.set("info", info());
        final ObjectNode paths = document.putObject("paths");
        kinds.forEach(kind -> OpenApiPaths.add(paths, kind, definitions));
        document.set("definitions", definitions.all());
        return document;
    }

    private static ObjectNode info() {
        return Json.object().put("title", "Kubernetes API of Weir").put("version", Version.TEXT);
    }

    /** Version 3, of one group and version. */
    private static ObjectNode version3(final Kind kind, final Definitions definitions) {
        final ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.set("info", info());
        final ObjectNode paths = Json.object();
        OpenApiPaths.add(paths, kind, definitions);
        paths.forEach(
                path -> {
                    parameters(path);
                    path.forEach(OpenApi::operation);
                });
        document.set("paths", paths);
        final ObjectNode schemas = document.putObject("components").putObject("schemas");
        final Set<String> needed =
                definitions.closure(
                        List.of(
                                OpenApiPaths.definition(kind, definitions, ""),
                                OpenApiPaths.definition(kind, definitions, "List")));
        needed.forEach(name -> schemas.set(name, schema(definitions.named(name))));
        return document;
    }

    /** A reference beside which something stands is one of {@code allOf} in version 3. */
    private static JsonNode schema(final JsonNode old) {
        if (old.isArray()) {
            final ArrayNode list = Json.array();
            old.forEach(each -> list.add(schema(each)));
            return list;
        }
        if (!old.isObject()) {
            return old;
        }
        final ObjectNode schema = Json.object();
        for (final Map.Entry<String, JsonNode> field : old.properties()) {
            if (!field.getKey().equals("$ref") || !field.getValue().isTextual()) {
                schema.set(field.getKey(), schema(field.getValue()));
                continue;
            }
            final String target = field.getValue().asText().replace(OLD, NEW);
            if (old.size() == 1) {
                schema.put("$ref", target);
            } else {
                schema.putArray("allOf").addObject().put("$ref", target);
            }
        }
        return schema;
    }

    private static void parameters(final JsonNode owner) {
        if (!owner.isObject() || !owner.has("parameters")) {
            return;
        }
        final ArrayNode kept = Json.array();
        for (final JsonNode each : owner.path("parameters")) {
            if (!each.path("in").asText().equals("body")) {
                final ObjectNode parameter = each.deepCopy();
                parameter.remove("type");
                parameter.putObject("schema").set("type", each.path("type"));
                kept.add(parameter);
            }
        }
        ((ObjectNode) owner).set("parameters", kept);
    }

    private static void operation(final JsonNode node) {
        if (!(node instanceof ObjectNode operation) || !operation.has("responses")) {
            return;
        }
        JsonNode body = null;
        for (final JsonNode each : operation.path("parameters")) {
            if (each.path("in").asText().equals("body")) {
                body = schema(each.path("schema"));
            }
        }
        parameters(operation);
        if (body != null) {
            final ObjectNode request = operation.putObject("requestBody");
            final ObjectNode content = request.putObject("content");
            for (final JsonNode type : operation.path("consumes")) {
                content.putObject(type.asText()).set("schema", body);
            }
        }
        for (final JsonNode response : operation.path("responses")) {
            for (final JsonNode header : response.path("headers")) {
                final JsonNode type = ((ObjectNode) header).remove("type");
                ((ObjectNode) header).putObject("schema").set("type", type);
            }
            if (response instanceof ObjectNode answer && answer.has("schema")) {
                final JsonNode schema = schema(answer.remove("schema"));
                final ObjectNode content = answer.putObject("content");
                for (final JsonNode type : operation.path("produces")) {
                    content.putObject(type.asText()).set("schema", schema);
                }
            }
        }
        operation.remove(List.of("consumes", "produces"));
    }
}
