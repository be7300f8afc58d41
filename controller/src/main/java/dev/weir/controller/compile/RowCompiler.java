package dev.weir.controller.compile;

import dev.weir.controller.compile.RankedRule.Tier;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Row sets of endpoints; those under the same policies share one, and one whose sources are what
 * they were is the same object as before.
 */
final class RowCompiler {
    private final Peers peers;
    private final NumberedRules numbers;
    private final PreparedRules prepared;
    private final Part before;
    private final Map<Shape, Made> now = new HashMap<>();

    /**
     * Not carried on: most rules' rows are never made again, and these take more room than them.
     */
    private final Map<PreparedRule, PortRows> ports = new IdentityHashMap<>();

    /** What the next compile may take over. */
    record Part(Map<Shape, Made> made) {
        static final Part NONE = new Part(Map.of());
    }

    /** What endpoints have in common that share their rows. */
    record Shape(
            List<String> ingress,
            List<String> egress,
            List<String> cluster,
            List<NamedPort> ports) {}

    /** Rows and what they were made of. */
    record Made(RowSource source, RowSet rows) {}

    RowCompiler(
            final Peers peers,
            final NumberedRules numbers,
            final PreparedRules prepared,
            final Part before) {
        this.peers = peers;
        this.numbers = numbers;
        this.prepared = prepared;
        this.before = before;
    }

    RowSet compile(final Workload own, final Isolation isolation) {
        final Shape shape =
                new Shape(
                        isolation.ingress().stream().map(NetworkPolicy::key).toList(),
                        isolation.egress().stream().map(NetworkPolicy::key).toList(),
                        isolation.cluster().stream().map(ClusterNetworkPolicy::key).toList(),
                        own.ports());
        return now.computeIfAbsent(shape, key -> make(key, own, isolation)).rows;
    }

    private Made make(final Shape shape, final Workload own, final Isolation isolation) {
        final RowSource.OfDirection ingress = source(Direction.INGRESS, isolation);
        final RowSource.OfDirection egress = source(Direction.EGRESS, isolation);
        final RowSource source =
                new RowSource(
                        ingress,
                        egress,
                        own.ports(),
                        ingress.needsOthers(Direction.INGRESS)
                                        || egress.needsOthers(Direction.EGRESS)
                                ? peers.workloads()
                                : Map.of());
        final Made old = before.made.get(shape);
        return old != null && old.source.equals(source)
                ? old
                : new Made(source, EndpointRows.of(source, this::ports));
    }

    private PortRows ports(final PreparedRule rule) {
        return ports.computeIfAbsent(rule, each -> PortRows.of(each.ports()));
    }

    private RowSource.OfDirection source(final Direction direction, final Isolation isolation) {
        final List<NetworkPolicy> policies = isolation.inForce(direction);
        final boolean auditDefault = isolation.isAudited(direction) && !policies.isEmpty();
        return new RowSource.OfDirection(
                isolation.isEnforced(direction),
                isolation.isAudited(direction),
                judges(direction, isolation, policies),
                auditDefault,
                auditDefault && !isolation.isEnforced(direction)
                        ? numbers.of(policies.get(0), direction, NumberedRules.ISOLATION)
                        : 0);
    }

    private List<RowSource.Judge> judges(
            final Direction direction,
            final Isolation isolation,
            final List<NetworkPolicy> policies) {
        final List<RowSource.Judge> judges = new ArrayList<>();
        for (final ClusterNetworkPolicy policy :
                isolation.cluster(ClusterPolicySpec.Tier.ADMIN, direction)) {
            judges.add(
                    new RowSource.Judge(
                            prepared.of(policy, direction), Tier.ADMIN, !policy.audit(), true));
        }
        for (final NetworkPolicy policy : policies) {
            judges.add(
                    new RowSource.Judge(
                            prepared.of(policy, direction),
                            Tier.NETWORK_POLICY,
                            !policy.audit(),
                            true));
        }
        if (isolation.isEnforced(direction)) {
            return judges;
        }
        for (final ClusterNetworkPolicy policy :
                isolation.cluster(ClusterPolicySpec.Tier.BASELINE, direction)) {
            if (policies.isEmpty() || !policy.audit()) {
                judges.add(
                        new RowSource.Judge(
                                prepared.of(policy, direction),
                                Tier.BASELINE,
                                !policy.audit(),
                                policies.isEmpty()));
            }
        }
        return judges;
    }

    /** For the next compile. */
    Part part() {
        return new Part(now);
    }
}
