package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.Version;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * What kubectl reads before anything else: which groups, versions and resources there are, one by
 * one or, for newer clients, all in one.
 */
final class Discovery {
    /** Of whose API ours is a part; clients ask for it. */
    private static final String MINOR = "32";

    private static final List<String> AGGREGATED = List.of("v2", "v2beta1");

    private Discovery() {}

    static List<Route> routes(final List<Kind> kinds) {
        final List<Route> routes = new ArrayList<>();
        final List<Kind> core = kinds.stream().filter(kind -> kind.group().isEmpty()).toList();
        final List<Kind> grouped = kinds.stream().filter(kind -> !core.contains(kind)).toList();
        routes.add(fixed("/version", version()));
        routes.add(root("/api", versions(), core));
        routes.add(root("/apis", groups(grouped), grouped));
        for (final Kind kind : kinds) {
            final String prefix = kind.group().isEmpty() ? "/api/" : "/apis/";
            routes.add(fixed(prefix + kind.apiVersion(), resources(kind)));
            if (!kind.group().isEmpty()) {
                routes.add(
                        fixed(
                                "/apis/" + kind.group(),
                                group(kind).put("kind", "APIGroup").put("apiVersion", "v1")));
            }
        }
        return routes;
    }

    private static Route fixed(final String path, final ObjectNode body) {
        final Response.Whole answer = Response.json(body);
        return Route.prompt("GET", path, request -> CompletableFuture.completedFuture(answer));
    }

    private static Route root(final String path, final ObjectNode legacy, final List<Kind> kinds) {
        final Response.Whole plain = Response.json(legacy);
        return Route.prompt(
                "GET",
                path,
                request ->
                        CompletableFuture.completedFuture(
                                AGGREGATED.stream()
                                        .filter(version -> asksFor(request, version))
                                        .findFirst()
                                        .map(version -> aggregated(version, kinds))
                                        .orElse(plain)));
    }

    private static boolean asksFor(final Request request, final String version) {
        for (final String range : request.accept().replace(" ", "").split(",")) {
            final List<String> parts = List.of(range.split(";"));
            if (parts.get(0).equals("application/json")
                    && parts.contains("g=apidiscovery.k8s.io")
                    && parts.contains("v=" + version)
                    && parts.contains("as=APIGroupDiscoveryList")) {
                return true;
            }
        }
        return false;
    }

    private static Response.Whole aggregated(final String version, final List<Kind> kinds) {
        final ObjectNode list =
                Json.object()
                        .put("kind", "APIGroupDiscoveryList")
                        .put("apiVersion", "apidiscovery.k8s.io/" + version);
        list.putObject("metadata");
        final ArrayNode items = list.putArray("items");
        for (final Kind kind : kinds) {
            final ObjectNode item = items.addObject();
            item.putObject("metadata").put("name", kind.group()).putNull("creationTimestamp");
            final ObjectNode one = item.putArray("versions").addObject();
            one.put("version", kind.version()).put("freshness", "Current");
            final ObjectNode resource = one.putArray("resources").addObject();
            resource.put("resource", kind.plural());
            resource.putObject("responseKind")
                    .put("group", kind.group())
                    .put("version", kind.version())
                    .put("kind", kind.name());
            resource.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
            resource.put("singularResource", singular(kind));
            verbs(resource.putArray("verbs"), kind);
            kind.shortNames().forEach(resource.putArray("shortNames")::add);
        }
        final Response.Whole json = Response.json(list);
        return new Response.Whole(
                200,
                "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                json.body(),
                List.of());
    }

    private static void verbs(final ArrayNode verbs, final Kind kind) {
        verbs.add("create").add("delete");
        if (!kind.equals(Kind.NAMESPACE)) {
            verbs.add("deletecollection");
        }
        List.of("get", "list", "patch", "update", "watch").forEach(verbs::add);
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", MINOR)
                .put("gitVersion", "v1." + MINOR + ".0+weir-" + Version.TEXT)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "javac")
                .put("platform", "linux/" + System.getProperty("os.arch"));
    }

    private static ObjectNode versions() {
        final ObjectNode node = Json.object().put("kind", "APIVersions");
        node.putArray("versions").add("v1");
        node.putArray("serverAddressByClientCIDRs");
        return node;
    }

    private static ObjectNode groups(final List<Kind> kinds) {
        final ObjectNode node = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        final ArrayNode groups = node.putArray("groups");
        kinds.forEach(kind -> groups.add(group(kind)));
        return node;
    }

    private static ObjectNode group(final Kind kind) {
        final ObjectNode version =
                Json.object().put("groupVersion", kind.apiVersion()).put("version", kind.version());
        final ObjectNode node = Json.object().put("name", kind.group());
        node.putArray("versions").add(version);
        node.set("preferredVersion", version);
        return node;
    }

    private static ObjectNode resources(final Kind kind) {
        final ObjectNode node =
                Json.object()
                        .put("kind", "APIResourceList")
                        .put("apiVersion", "v1")
                        .put("groupVersion", kind.apiVersion());
        final ObjectNode resource =
                node.putArray("resources")
                        .addObject()
                        .put("name", kind.plural())
                        .put("singularName", singular(kind))
                        .put("namespaced", kind.namespaced())
                        .put("kind", kind.name());
        verbs(resource.putArray("verbs"), kind);
        kind.shortNames().forEach(resource.putArray("shortNames")::add);
        return node;
    }

    private static String singular(final Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
