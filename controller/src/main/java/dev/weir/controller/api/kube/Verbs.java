package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.Accept;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.api.kube.fields.Ownership;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicyParser;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The routes of the Kubernetes kinds: the same verbs for each. */
public final class Verbs {
    private Verbs() {}

    /** All routes of policies and namespaces, and what clients ask first to find them. */
    public static List<Route> routes(final Desired desired, final Clock clock) {
        final Definitions definitions = Definitions.load();
        final List<ObjectStore> stores =
                List.of(
                        new ObjectStore(Kind.NAMESPACE, desired, NamespaceParser::parse),
                        new ObjectStore(Kind.NETWORK_POLICY, desired, NetworkPolicyParser::parse),
                        new ObjectStore(
                                Kind.CLUSTER_NETWORK_POLICY,
                                desired,
                                ClusterNetworkPolicyParser::parse));
        final List<Writer> writers =
                stores.stream().map(store -> writer(store, definitions, clock)).toList();
        final List<Route> routes = new ArrayList<>();
        writers.forEach(writer -> addRoutes(routes, writer));
        final List<Kind> kinds = stores.stream().map(ObjectStore::kind).toList();
        routes.add(Route.brief("POST", ApplyList.PATH, Accept.json(new ApplyList(writers))));
        routes.addAll(Discovery.routes(kinds));
        routes.addAll(OpenApi.routes(kinds, definitions));
        return routes;
    }

    private static Writer writer(
            final ObjectStore store, final Definitions definitions, final Clock clock) {
        final Kind kind = store.kind();
        final String definition = OpenApiPaths.definition(kind, definitions, "");
        return new Writer(
                store,
                definitions,
                definition,
                new Ownership(definitions, definition, kind.apiVersion(), clock));
    }

    private static void addRoutes(final List<Route> routes, final Writer writer) {
        final ObjectStore store = writer.store();
        final Kind kind = store.kind();
        routes.add(Route.of("GET", kind.collection(), new ListObjects(store)));
        routes.add(Route.brief("POST", kind.collection(), new CreateObject(writer)));
        if (!kind.equals(Kind.NAMESPACE)) {
            routes.add(Route.of("DELETE", kind.collection(), new DeleteObjects(writer)));
        }
        routes.add(Route.of("GET", kind.item(), new GetObject(store)));
        routes.add(Route.brief("PUT", kind.item(), new ReplaceObject(writer)));
        routes.add(Route.of("PATCH", kind.item(), new PatchObject(writer)));
        routes.add(Route.of("DELETE", kind.item(), Accept.json(new DeleteObject(writer))));
        if (kind.namespaced()) {
            routes.add(Route.of("GET", kind.everywhere(), new ListObjects(store)));
        }
    }
}
