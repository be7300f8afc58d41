package dev.weir.controller.api;

import dev.weir.controller.api.metrics.TrafficTotals;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.capture.CaptureSource;
import dev.weir.controller.discovery.ContainerDiscovery;
import dev.weir.controller.flow.ContainerStatistics;
import dev.weir.controller.flow.FlowHistory;
import dev.weir.controller.flow.RuleActivity;
import dev.weir.controller.redirect.Redirect;
import dev.weir.controller.shield.Shield;
import dev.weir.controller.verify.KernelCheck;
import dev.weir.dataplane.table.RuleCounters;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;

/**
 * What the routes call; all of it is safe for any thread.
 *
 * @param desired policies, namespaces, endpoints
 * @param flows flow records
 * @param containers totals of each container
 * @param shield state of XDP on each veth
 * @param redirect state of the redirection past bridges
 * @param rules packets and bytes of each rule
 * @param activity the same, and when
 * @param cni the agent's side of the CNI verbs
 * @param status what only the agent as a whole knows
 * @param readiness what {@code /readyz} waits for
 * @param traffic what figures are told apart by
 * @param costs measures what programs cost
 * @param found looks for containers that no CNI told of
 * @param captures packets
 * @param kernel what it says of verdicts
 */
public record ApiServices(
        Desired desired,
        FlowHistory flows,
        ContainerStatistics containers,
        Shield shield,
        Redirect redirect,
        RuleCounters rules,
        RuleActivity activity,
        CniService cni,
        StatusSource status,
        Readiness readiness,
        TrafficTotals traffic,
        CostSource costs,
        ContainerDiscovery found,
        CaptureSource captures,
        KernelCheck kernel) {
    /** The same, with answers to writes made on {@code loop} or {@code workers}. */
    ApiServices on(final EventExecutor loop, final Executor workers) {
        return new ApiServices(
                new AnsweringDesired(desired, loop, workers),
                flows,
                containers,
                shield,
                redirect,
                rules,
                activity,
                cni,
                status,
                readiness,
                traffic,
                costs,
                found,
                captures,
                kernel);
    }
}
