package dev.weir.controller.api;

import dev.weir.controller.api.http.Route;
import dev.weir.controller.api.http.Router;
import dev.weir.controller.api.kube.Verbs;
import java.util.ArrayList;
import java.util.List;

/** The whole route table. */
final class Routes {
    private Routes() {}

    static Router of(final ApiServices services) {
        final List<Route> routes = new ArrayList<>(Verbs.routes(services.desired()));
        return new Router(routes);
    }
}
