package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.api.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** What kubectl reads before anything else: which groups, versions and resources there are. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "get", "list", "patch", "update");

    private Discovery() {}

    static List<Route> routes(final List<Kind> kinds) {
        final List<Route> routes = new ArrayList<>();
        routes.add(fixed("/api", versions()));
        routes.add(fixed("/apis", groups(kinds)));
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

    private static ObjectNode versions() {
        final ObjectNode node = Json.object().put("kind", "APIVersions");
        node.putArray("versions").add("v1");
        node.putArray("serverAddressByClientCIDRs");
        return node;
    }

    private static ObjectNode groups(final List<Kind> kinds) {
        final ObjectNode node = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        final ArrayNode groups = node.putArray("groups");
        for (final Kind kind : kinds) {
            if (!kind.group().isEmpty()) {
                groups.add(group(kind));
            }
        }
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
                        .put("singularName", kind.name().toLowerCase(Locale.ROOT))
                        .put("namespaced", kind.namespaced())
                        .put("kind", kind.name());
        VERBS.forEach(resource.putArray("verbs")::add);
        resource.putArray("shortNames").add(kind.equals(Kind.NAMESPACE) ? "ns" : "netpol");
        return node;
    }
}
