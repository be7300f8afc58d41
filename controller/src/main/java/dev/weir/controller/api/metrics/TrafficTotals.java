package dev.weir.controller.api.metrics;

import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.dataplane.table.RuleCounters;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What traffic is told apart by: workloads, containers where that is wanted, rules. Any thread. */
public final class TrafficTotals {
    private final SeriesBudget budget;
    private final WorkloadTotals workloads;
    private final RuleTotals rules;
    private final boolean byContainer;
    private final Set<String> containers = new HashSet<>();
    private volatile boolean rulesShed;

    /**
     * @param series that may be told apart
     * @param byContainer each container has its own, too
     */
    public TrafficTotals(final int series, final boolean byContainer, final RuleCounters counters) {
        this.budget = new SeriesBudget(series);
        this.workloads = new WorkloadTotals(budget);
        this.rules = new RuleTotals(budget, counters);
        this.byContainer = byContainer;
    }

    /** See {@link WorkloadTotals#attached}. */
    public void attached(final Endpoint endpoint, final boolean adopted) {
        workloads.attached(endpoint, adopted);
    }

    /** See {@link WorkloadTotals#detached}. */
    public void detached(final ContainerStats stats) {
        workloads.detached(stats);
    }

    /** Leaves rules out, or takes them in again. */
    public void shedRules(final boolean off) {
        rulesShed = off;
    }

    /** All of it, as it is now. */
    public void show(
            final Families families,
            final List<ContainerStats> stats,
            final Collection<Endpoint> endpoints,
            final Collection<RuleRef> ruleRefs) {
        endpoints.forEach(each -> workloads.attached(each, false));
        workloads.read(stats, System.nanoTime());
        workloads.show(families);
        final int left = containers(families, stats);
        if (!rulesShed) {
            rules.show(families, ruleRefs);
        }
        folded(families, "workload", workloads.folded());
        folded(families, "container", left);
        folded(families, "rule", rules.folded());
        families.gauge(
                        "weir_metrics_series",
                        "Series of workloads, containers and rules.",
                        Labels.EMPTY,
                        budget.used())
                .gauge(
                        "weir_metrics_series_limit",
                        "Of them there may be so many (setting metrics.series).",
                        Labels.EMPTY,
                        budget.limit());
    }

    private synchronized int containers(final Families families, final List<ContainerStats> stats) {
        final Set<String> live =
                stats.stream().map(ContainerStats::endpoint).collect(Collectors.toSet());
        containers.removeIf(
                gone -> {
                    final boolean removed = !live.contains(gone);
                    if (removed) {
                        budget.giveBack(EndpointMetrics.SERIES);
                    }
                    return removed;
                });
        int left = 0;
        for (final ContainerStats one : byContainer ? stats : List.<ContainerStats>of()) {
            if (containers.contains(one.endpoint())
                    || budget.take(EndpointMetrics.SERIES) && containers.add(one.endpoint())) {
                EndpointMetrics.add(families, one);
            } else {
                left++;
            }
        }
        return left;
    }

    private static void folded(final Families families, final String what, final int count) {
        families.gauge(
                "weir_metrics_folded",
                "How many have no series of their own: the limit is reached.",
                Labels.of("what", what),
                count);
    }
}
