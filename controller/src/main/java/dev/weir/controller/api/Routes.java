package dev.weir.controller.api;

import dev.weir.controller.api.http.Accept;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.api.http.Router;
import dev.weir.controller.api.kube.Verbs;
import dev.weir.controller.api.v1.WeirRoutes;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The whole route table. */
final class Routes {
    private Routes() {}

    static Router of(final ApiServices services, final Supplier<MetricSnapshots> figures) {
        final List<Route> routes =
                new ArrayList<>(Verbs.routes(services.desired(), Clock.systemUTC()));
        routes.addAll(
                WeirRoutes.of(
                        services.desired(),
                        services.flows(),
                        services.containers(),
                        services.shield(),
                        services.redirect(),
                        services.activity(),
                        services.found(),
                        services.captures(),
                        services.kernel(),
                        Clock.systemUTC()));
        routes.add(Route.brief("POST", "/v1/cni", Accept.json(new CallCni(services.cni()))));
        routes.add(WeirRoutes.json("GET", "/v1/status", new ReadStatus(services)));
        routes.add(WeirRoutes.json("GET", "/v1/costs", new ReadCosts(services)));
        routes.add(Route.prompt("GET", "/healthz", Probes.alive()));
        routes.add(Route.prompt("GET", "/readyz", Probes.ready(services.readiness())));
        routes.add(Route.prompt("GET", "/openapi.json", ApiDescription.handler()));
        routes.add(Route.of("GET", "/metrics", new ReadMetrics(figures)));
        return new Router(routes);
    }
}
