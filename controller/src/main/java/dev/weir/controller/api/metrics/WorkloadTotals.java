package dev.weir.controller.api.metrics;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.ContainerStats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Totals by workload that never go back: each reading adds what came since the last, so that a
 * container that goes takes nothing with it. A workload without containers is gone a minute later;
 * one for which the budget has no series is summed under {@code other}. Any thread.
 */
public final class WorkloadTotals {
    private static final long GONE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final SeriesBudget budget;
    private final Map<Integer, Member> members = new HashMap<>();
    private final Map<Workload, WorkloadSum> sums = new LinkedHashMap<>();
    private final WorkloadSum other;
    private final Set<Workload> folded = new HashSet<>();

    /** A container, and what was read of it last. */
    private static final class Member {
        final String endpoint;
        Workload workload;
        ContainerStats last;
        boolean adopted;

        Member(final String endpoint) {
            this.endpoint = endpoint;
        }
    }

    public WorkloadTotals(final SeriesBudget budget) {
        this.budget = budget;
        this.other = new WorkloadSum(budget, true);
    }

    /**
     * The endpoint counts from now on; again when its labels change.
     *
     * @param adopted it was counted by an earlier agent: what it did then is not told again
     */
    public synchronized void attached(final Endpoint endpoint, final boolean adopted) {
        Member member = members.get(endpoint.number());
        if (member == null || !member.endpoint.equals(endpoint.id())) {
            member = new Member(endpoint.id());
            member.adopted = adopted;
            members.put(endpoint.number(), member);
        }
        member.workload = Workload.of(endpoint);
    }

    /** The endpoint's last figures; it is gone. */
    public synchronized void detached(final ContainerStats stats) {
        read(stats);
        members.remove(stats.number());
    }

    /** Adds what came since the last reading of all that live. */
    synchronized void read(final List<ContainerStats> all, final long now) {
        sums.values().forEach(WorkloadTotals::empty);
        empty(other);
        folded.clear();
        for (final ContainerStats stats : all) {
            read(stats);
        }
        sums.entrySet().removeIf(each -> isGone(each.getValue(), now));
    }

    private static void empty(final WorkloadSum sum) {
        sum.containers = 0;
        sum.active = 0;
    }

    private boolean isGone(final WorkloadSum sum, final long now) {
        if (sum.containers > 0) {
            sum.emptySince = -1;
            return false;
        }
        if (sum.emptySince < 0) {
            sum.emptySince = now;
        }
        if (now - sum.emptySince < GONE_NANOS) {
            return false;
        }
        budget.giveBack(sum.series());
        return true;
    }

    private void read(final ContainerStats stats) {
        final Member member = members.get(stats.number());
        if (member == null || !member.endpoint.equals(stats.endpoint())) {
            return; // it is about to be attached
        }
        final WorkloadSum sum = sum(member.workload);
        sum.containers++;
        sum.active += stats.activeFlows();
        if (!member.adopted || member.last != null) {
            sum.add(stats, member.last);
        }
        member.last = stats;
    }

    private WorkloadSum sum(final Workload workload) {
        final WorkloadSum known = sums.get(workload);
        if (known != null) {
            return known;
        }
        if (!budget.take(WorkloadSum.SERIES)) {
            folded.add(workload);
            return other;
        }
        final WorkloadSum sum = new WorkloadSum(budget, false);
        sums.put(workload, sum);
        return sum;
    }

    synchronized void show(final Families families) {
        sums.forEach((workload, sum) -> sum.show(families, workload.labels()));
        other.show(families, Workload.OTHER.labels());
    }

    /** Workloads that are summed under {@code other} now. */
    synchronized int folded() {
        return folded.size();
    }
}
