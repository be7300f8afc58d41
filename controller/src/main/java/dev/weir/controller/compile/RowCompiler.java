package dev.weir.controller.compile;

import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;

/** Rows of an endpoint; endpoints under the same policies share the work. */
final class RowCompiler {
    private final WorkloadIndex workloads;
    private final PeerIdentities identities;
    private final RuleNumbers rules;
    private final Map<Source, List<PreparedRule>> prepared = new HashMap<>();
    private final Map<Shape, RowSet> compiled = new HashMap<>();

    RowCompiler(
            final WorkloadIndex workloads,
            final PeerIdentities identities,
            final RuleNumbers rules) {
        this.workloads = workloads;
        this.identities = identities;
        this.rules = rules;
    }

    RowSet compile(final Workload own, final Isolation isolation) {
        final Shape shape =
                new Shape(keys(isolation.ingress()), keys(isolation.egress()), own.ports());
        return compiled.computeIfAbsent(shape, key -> rows(own, isolation));
    }

    private static List<String> keys(final List<NetworkPolicy> policies) {
        return policies.stream().map(NetworkPolicy::key).toList();
    }

    private RowSet rows(final Workload own, final Isolation isolation) {
        final Long2ObjectHashMap<PolicyRow> table = new Long2ObjectHashMap<>();
        for (final Direction direction : Direction.values()) {
            final DirectionRows rows = new DirectionRows(direction);
            final List<NetworkPolicy> policies = isolation.inForce(direction);
            for (final NetworkPolicy policy : policies) {
                for (final PreparedRule rule : prepare(policy, direction)) {
                    rule.addTo(rows, direction, own, identities.workloads());
                }
            }
            final boolean audited = !policies.isEmpty() && !isolation.isEnforced(direction);
            rows.addTo(
                    table,
                    audited ? rules.of(policies.get(0), direction, RuleNumbers.ISOLATION) : 0);
        }
        return RowSet.of(flags(isolation, table), table);
    }

    private static EndpointPolicy flags(
            final Isolation isolation, final Long2ObjectHashMap<PolicyRow> table) {
        return new EndpointPolicy(
                0,
                isolation.isEnforced(Direction.INGRESS),
                isolation.isEnforced(Direction.EGRESS),
                hasAnyPeer(table, Direction.INGRESS),
                hasAnyPeer(table, Direction.EGRESS));
    }

    private static boolean hasAnyPeer(
            final Long2ObjectHashMap<PolicyRow> table, final Direction direction) {
        return table.containsKey(RowSet.key(IdentityInfo.ANY, direction, 0, 0, 0));
    }

    private List<PreparedRule> prepare(final NetworkPolicy policy, final Direction direction) {
        return prepared.computeIfAbsent(
                new Source(policy.key(), direction),
                source -> {
                    final List<PreparedRule> list = new ArrayList<>();
                    for (final PolicyRule rule : policy.spec().rules(direction)) {
                        final int number = rules.of(policy, direction, list.size());
                        list.add(PreparedRule.of(number, policy, rule, workloads, identities));
                    }
                    return list;
                });
    }

    private record Source(String policy, Direction direction) {}

    /** Everything of an endpoint that its rows depend on. */
    private record Shape(List<String> ingress, List<String> egress, List<NamedPort> ports) {}
}
