package dev.weir.controller.api.metrics;

import dev.weir.controller.compile.RuleRef;
import dev.weir.dataplane.table.RuleCounters;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Packets and bytes by rule; of rules for which the budget has no series, in one sum. */
public final class RuleTotals {
    private static final int SERIES = 2;
    private static final Labels OTHER =
            Labels.of(
                    "kind",
                    "other",
                    "namespace",
                    "",
                    "policy",
                    "other",
                    "rule",
                    "other",
                    "number",
                    "0");

    private final SeriesBudget budget;
    private final RuleCounters counters;
    private final Set<Integer> own = new HashSet<>();
    private final Map<Integer, long[]> folded = new HashMap<>();
    private long otherPackets;
    private long otherBytes;

    public RuleTotals(final SeriesBudget budget, final RuleCounters counters) {
        this.budget = budget;
        this.counters = counters;
    }

    synchronized void show(final Families families, final Collection<RuleRef> rules) {
        forget(rules);
        for (final RuleRef rule : rules) {
            final long packets = counters.packets(rule.rule());
            final long bytes = counters.bytes(rule.rule());
            if (own.contains(rule.rule()) || !folded.containsKey(rule.rule()) && takes(rule)) {
                add(families, labels(rule), packets, bytes);
            } else {
                fold(rule.rule(), packets, bytes);
            }
        }
        if (otherPackets > 0 || !folded.isEmpty()) {
            add(families, OTHER, otherPackets, otherBytes);
        }
    }

    private boolean takes(final RuleRef rule) {
        return budget.take(SERIES) && own.add(rule.rule());
    }

    private void forget(final Collection<RuleRef> rules) {
        final Set<Integer> live = rules.stream().map(RuleRef::rule).collect(Collectors.toSet());
        own.removeIf(
                rule -> {
                    final boolean gone = !live.contains(rule);
                    if (gone) {
                        budget.giveBack(SERIES);
                    }
                    return gone;
                });
        folded.keySet().retainAll(live);
    }

    private void fold(final int rule, final long packets, final long bytes) {
        final long[] last = folded.computeIfAbsent(rule, each -> new long[] {packets, bytes});
        otherPackets += packets - last[0];
        otherBytes += bytes - last[1];
        last[0] = packets;
        last[1] = bytes;
    }

    private static void add(
            final Families families, final Labels labels, final long packets, final long bytes) {
        families.counter("weir_rule_packets", "Packets that the rule decided.", labels, packets);
        families.counter("weir_rule_bytes", "Bytes that the rule decided.", labels, bytes);
    }

    private static Labels labels(final RuleRef rule) {
        return Labels.of(
                "kind", rule.kind(),
                "namespace", rule.namespace() == null ? "" : rule.namespace(),
                "policy", rule.name(),
                "rule", rule.description(),
                "number", Integer.toString(rule.rule()));
    }

    synchronized int folded() {
        return folded.size();
    }
}
