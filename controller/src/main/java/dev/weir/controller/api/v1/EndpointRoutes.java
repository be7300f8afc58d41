package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.discovery.ContainerDiscovery;
import dev.weir.controller.endpoint.Endpoint;
import java.util.List;

/** {@code /v1/endpoints}. */
final class EndpointRoutes {
    static final String COLLECTION = "/v1/endpoints";
    static final String ITEM = COLLECTION + "/{id}";

    private EndpointRoutes() {}

    static List<Route> of(
            final Desired desired, final EndpointView view, final ContainerDiscovery found) {
        return List.of(
                WeirRoutes.json("GET", COLLECTION, new ListEndpoints(desired, view, found)),
                WeirRoutes.json("POST", COLLECTION, new AttachEndpoint(desired, view, found)),
                WeirRoutes.json("GET", ITEM, new GetEndpoint(desired, view)),
                WeirRoutes.json("PATCH", ITEM, new PatchEndpoint(desired, view)),
                WeirRoutes.json("DELETE", ITEM, new DetachEndpoint(desired)));
    }

    static Details details(final String id) {
        return Details.of("", "endpoints", id);
    }

    static Endpoint find(final Snapshot snapshot, final String id) {
        return snapshot.endpoint(id).orElseThrow(() -> ApiException.notFound(details(id)));
    }
}
