package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.Accept;
import dev.weir.controller.api.http.ApiErrors;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.apply.Desired;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The routes of the Kubernetes kinds: the same verbs for each. */
public final class Verbs {
    private Verbs() {}

    /** All routes of policies and namespaces, and what clients ask first to find them. */
    public static List<Route> routes(final Desired desired) {
        final List<Route> routes = new ArrayList<>();
        final List<ObjectStore> stores =
                List.of(new NamespaceStore(desired), new PolicyStore(desired));
        for (final ObjectStore store : stores) {
            addRoutes(routes, store);
        }
        routes.addAll(Discovery.routes(stores.stream().map(ObjectStore::kind).toList()));
        return routes;
    }

    private static void addRoutes(final List<Route> routes, final ObjectStore store) {
        final Kind kind = store.kind();
        routes.add(Route.of("GET", kind.collection(), json(new ListObjects(store))));
        routes.add(Route.of("POST", kind.collection(), json(new CreateObject(store))));
        routes.add(Route.of("GET", kind.item(), json(new GetObject(store))));
        routes.add(Route.of("PUT", kind.item(), json(new ReplaceObject(store))));
        routes.add(Route.of("PATCH", kind.item(), json(new PatchObject(store))));
        routes.add(Route.of("DELETE", kind.item(), json(new DeleteObject(store))));
        if (kind.namespaced()) {
            routes.add(Route.of("GET", kind.everywhere(), json(new ListObjects(store))));
        }
    }

    private static Handler json(final Handler handler) {
        return request -> {
            Accept.check(request.accept(), "application/json");
            return handler.handle(request);
        };
    }

    /** Does a write; its errors name the object. */
    static CompletableFuture<JsonNode> write(
            final Supplier<CompletableFuture<JsonNode>> write, final Kind kind, final String name) {
        CompletableFuture<JsonNode> written;
        try {
            written = write.get();
        } catch (final RuntimeException e) {
            written = CompletableFuture.failedFuture(e);
        }
        return written.handle(
                (object, failure) -> {
                    if (failure == null) {
                        return object;
                    }
                    final ApiException error = ApiErrors.translate(failure, kind.details(name));
                    throw error.code() == 422
                            ? ApiErrors.translate(failure, kind.invalidDetails(name))
                            : error;
                });
    }
}
