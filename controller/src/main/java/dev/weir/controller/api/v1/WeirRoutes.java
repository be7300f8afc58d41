package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Accept;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Route;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.capture.CaptureSource;
import dev.weir.controller.discovery.ContainerDiscovery;
import dev.weir.controller.flow.ContainerStatistics;
import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.RuleActivity;
import dev.weir.controller.redirect.Redirect;
import dev.weir.controller.shield.Shield;
import dev.weir.controller.verify.KernelCheck;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The routes of Weir's own resources. */
public final class WeirRoutes {
    private WeirRoutes() {}

    /** Endpoints, flows, captures, statistics, rules, verdicts. */
    public static List<Route> of(
            final Desired desired,
            final FlowHistory flows,
            final ContainerStatistics containers,
            final Shield shield,
            final Redirect redirect,
            final RuleActivity rules,
            final ContainerDiscovery found,
            final CaptureSource captures,
            final KernelCheck kernel,
            final Clock clock) {
        final List<Route> routes =
                new ArrayList<>(
                        EndpointRoutes.of(
                                desired, new EndpointView(containers, shield, redirect), found));
        routes.add(Route.of("GET", "/v1/flows", new ReadFlows(flows, clock)));
        routes.add(Route.of("GET", "/v1/capture", new CapturePackets(captures)));
        routes.add(json("GET", "/v1/flows/top", new ReadBusiestFlows(flows, clock)));
        routes.add(json("GET", "/v1/stats/containers", new ReadContainerStats(containers, clock)));
        routes.add(json("GET", "/v1/rules", new ReadRules(desired, rules)));
        routes.add(json("POST", "/v1/verdict", new AskVerdict(desired, kernel)));
        return routes;
    }

    /** A route that answers in JSON; 406 for a client that takes none. */
    public static Route json(final String method, final String pattern, final Handler handler) {
        return Route.of(method, pattern, Accept.json(handler));
    }
}
