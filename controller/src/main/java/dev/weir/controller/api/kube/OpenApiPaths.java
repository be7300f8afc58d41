package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.api.protobuf.KubernetesProtobuf;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The paths of a kind in an OpenAPI 2 document. */
final class OpenApiPaths {
    private static final Map<String, String> PARAMETERS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("allowWatchBookmarks", "Send bookmarks in a watch."),
                            Map.entry("continue", "Where a list goes on."),
                            Map.entry("dryRun", "All: check everything, change nothing."),
                            Map.entry("fieldManager", "Who writes."),
                            Map.entry("fieldSelector", "Narrows by metadata.name and namespace."),
                            Map.entry("fieldValidation", "Ignore, Warn or Strict."),
                            Map.entry("force", "Take fields over from other managers."),
                            Map.entry("labelSelector", "Narrows by labels."),
                            Map.entry("limit", "Most objects in an answer."),
                            Map.entry("propagationPolicy", "Without effect."),
                            Map.entry("resourceVersion", "Version to read or watch from."),
                            Map.entry("resourceVersionMatch", "Exact or NotOlderThan."),
                            Map.entry("sendInitialEvents", "Begin a watch with what is there."),
                            Map.entry("timeoutSeconds", "How long a watch lasts."),
                            Map.entry("watch", "Follow the changes.")));
    private static final List<String> READ =
            List.of(
                    "allowWatchBookmarks",
                    "continue",
                    "fieldSelector",
                    "labelSelector",
                    "limit",
                    "resourceVersion",
                    "resourceVersionMatch",
                    "sendInitialEvents",
                    "timeoutSeconds",
                    "watch");
    private static final String WARNING =
            "RFC 7234: for each field that Warn left out, and for what is surely a mistake.";
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");

    private OpenApiPaths() {}

    /** The name of the definition of a kind, or of its {@code List}. */
    static String definition(final Kind kind, final Definitions definitions, final String suffix) {
        return definitions.nameOf(kind.group(), kind.version(), kind.name() + suffix);
    }

    /** Adds those of {@code kind}. */
    static void add(final ObjectNode paths, final Kind kind, final Definitions definitions) {
        final String one = definition(kind, definitions, "");
        final String many = definition(kind, definitions, "List");
        if (kind.namespaced()) {
            operation(paths.putObject(kind.everywhere()), "get", "list", kind, READ, "", many);
        }
        final ObjectNode collection = paths.putObject(kind.collection());
        operation(collection, "get", "list", kind, READ, "", many);
        operation(collection, "post", "post", kind, WRITE, one, one);
        if (!kind.equals(Kind.NAMESPACE)) {
            final List<String> query =
                    List.of("dryRun", "fieldSelector", "labelSelector", "propagationPolicy");
            operation(collection, "delete", "deletecollection", kind, query, "", many);
        }
        inPath(collection, kind.namespaced() ? List.of("namespace") : List.of());
        final ObjectNode item = paths.putObject(kind.item());
        operation(item, "get", "get", kind, List.of(), "", one);
        operation(item, "put", "put", kind, WRITE, one, one);
        operation(
                item,
                "patch",
                "patch",
                kind,
                List.of("dryRun", "fieldManager", "fieldValidation", "force"),
                one,
                one);
        operation(item, "delete", "delete", kind, List.of("dryRun", "propagationPolicy"), "", "");
        inPath(item, kind.namespaced() ? List.of("name", "namespace") : List.of("name"));
    }

    private static void inPath(final ObjectNode path, final List<String> names) {
        if (!names.isEmpty()) {
            final ArrayNode parameters = path.putArray("parameters");
            names.forEach(
                    name ->
                            parameters
                                    .addObject()
                                    .put("name", name)
                                    .put("in", "path")
                                    .put("required", true)
                                    .put("type", "string"));
        }
    }

    private static void operation(
            final ObjectNode path,
            final String method,
            final String action,
            final Kind kind,
            final List<String> query,
            final String body,
            final String answer) {
        final ObjectNode operation = path.putObject(method);
        operation.put("description", action + " " + kind.name());
        operation.put("operationId", action + kind.name() + (path.size() > 1 ? "" : "All"));
        operation.putArray("produces").add("application/json").add("application/yaml");
        final ArrayNode consumes = operation.putArray("consumes");
        if (method.equals("patch")) {
            PatchTypes.of(kind).forEach(consumes::add);
        } else {
            consumes.add("application/json").add("application/yaml");
            if (KubernetesProtobuf.reads(kind.apiVersion(), kind.name())) {
                consumes.add(KubernetesProtobuf.MEDIA_TYPE);
            }
        }
        final ArrayNode parameters = operation.putArray("parameters");
        if (!body.isEmpty()) {
            parameters
                    .addObject()
                    .put("name", "body")
                    .put("in", "body")
                    .put("required", true)
                    .set("schema", reference(method.equals("patch") ? "" : body));
        }
        query.forEach(
                name ->
                        parameters
                                .addObject()
                                .put("name", name)
                                .put("in", "query")
                                .put("type", "string")
                                .put("description", PARAMETERS.get(name)));
        final ObjectNode ok =
                operation.putObject("responses").putObject("200").put("description", "OK");
        if (!answer.isEmpty()) {
            ok.set("schema", reference(answer));
        }
        if (query.contains("fieldValidation")) {
            ok.putObject("headers")
                    .putObject("Warning")
                    .put("type", "string")
                    .put("description", WARNING);
        }
        operation.put("x-kubernetes-action", action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.name());
    }

    /** To a definition; a patch may be of many forms. */
    private static ObjectNode reference(final String definition) {
        return definition.isEmpty()
                ? Json.object().put("type", "object")
                : Json.object().put("$ref", "#/definitions/" + definition);
    }
}
