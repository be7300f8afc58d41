package dev.weir.controller.compile;

import dev.weir.controller.compile.RankedRule.Tier;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** Rows of an endpoint; endpoints under the same policies share the work. */
final class RowCompiler {
    /** With more prefix lengths than this a look-up of the root, to ask only for some, pays. */
    private static final int MOST_LENGTHS = 3;

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
                new Shape(
                        isolation.ingress().stream().map(NetworkPolicy::key).toList(),
                        isolation.egress().stream().map(NetworkPolicy::key).toList(),
                        isolation.cluster().stream().map(ClusterNetworkPolicy::key).toList(),
                        own.ports());
        return compiled.computeIfAbsent(shape, key -> rows(own, isolation));
    }

    private RowSet rows(final Workload own, final Isolation isolation) {
        final Long2ObjectHashMap<PolicyRow> table = new Long2ObjectHashMap<>();
        int lookups = 0;
        for (final Direction direction : Direction.values()) {
            lookups |= addDirection(table, direction, own, isolation);
        }
        if (Integer.bitCount(lookups >>> PolicyFlags.LENGTHS) > MOST_LENGTHS) {
            lookups |= PolicyFlags.ASK_ROOTS;
            addRoots(table);
        }
        return RowSet.of(
                EndpointPolicy.of(
                        0,
                        isolation.isEnforced(Direction.INGRESS),
                        isolation.isEnforced(Direction.EGRESS),
                        lookups),
                table);
    }

    /** Returns {@link PolicyFlags} for the rows there can be. */
    private int addDirection(
            final Long2ObjectHashMap<PolicyRow> table,
            final Direction direction,
            final Workload own,
            final Isolation isolation) {
        final boolean audits = isolation.isAudited(direction);
        final DirectionRows rows = new DirectionRows(direction, audits);
        int lookups = 0;
        for (final ClusterNetworkPolicy policy :
                isolation.cluster(ClusterPolicySpec.Tier.ADMIN, direction)) {
            for (final PreparedRule rule : prepare(policy, direction)) {
                lookups |= add(rows, rule, Tier.ADMIN, direction, !policy.audit(), true, own);
            }
        }
        final List<NetworkPolicy> policies = isolation.inForce(direction);
        for (final NetworkPolicy policy : policies) {
            for (final PreparedRule rule : prepare(policy, direction)) {
                lookups |=
                        add(rows, rule, Tier.NETWORK_POLICY, direction, !policy.audit(), true, own);
            }
        }
        for (final ClusterNetworkPolicy policy :
                isolation.isEnforced(direction)
                        ? List.<ClusterNetworkPolicy>of()
                        : isolation.cluster(ClusterPolicySpec.Tier.BASELINE, direction)) {
            if (policies.isEmpty() || !policy.audit()) {
                for (final PreparedRule rule : prepare(policy, direction)) {
                    lookups |=
                            add(
                                    rows,
                                    rule,
                                    Tier.BASELINE,
                                    direction,
                                    !policy.audit(),
                                    policies.isEmpty(),
                                    own);
                }
            }
        }
        final boolean auditDefault = audits && !policies.isEmpty();
        rows.addTo(
                table,
                auditDefault,
                auditDefault && !isolation.isEnforced(direction)
                        ? rules.of(policies.get(0), direction, RuleNumbers.ISOLATION)
                        : 0);
        return auditDefault ? lookups | PolicyFlags.of(PolicyFlags.ANY_ROOT, direction) : lookups;
    }

    private int add(
            final DirectionRows rows,
            final PreparedRule rule,
            final Tier tier,
            final Direction direction,
            final boolean enforced,
            final boolean audited,
            final Workload own) {
        rows.begin(rule.number(), rule.verdict(), tier, enforced, audited);
        rule.addTo(rows, direction, own, identities.workloads());
        return rule.lookups(direction)
                | (enforced && rule.verdict() == RowVerdict.DENY
                        ? PolicyFlags.of(PolicyFlags.DENIES, direction)
                        : 0);
    }

    /** Every peer that has rows gets a root that says of which lengths. */
    private static void addRoots(final Long2ObjectHashMap<PolicyRow> table) {
        final Long2LongHashMap lengths = new Long2LongHashMap(-1);
        table.forEachLong(
                (key, row) -> {
                    final long root =
                            RowSet.key(RowSet.identity(key), RowSet.direction(key), 0, 0, 0);
                    final long bit = RowSet.protocol(key) == 0 ? 0 : 1L << RowSet.length(key);
                    lengths.put(root, Math.max(0, lengths.get(root)) | bit);
                });
        lengths.forEachLong(
                (root, mask) -> {
                    final PolicyRow row = table.get(root);
                    table.put(
                            root,
                            row == null
                                    ? PolicyRow.root((int) mask)
                                    : row.withPrefixLengths((int) mask));
                });
    }

    private List<PreparedRule> prepare(final NetworkPolicy policy, final Direction direction) {
        return prepared.computeIfAbsent(
                new Source(NetworkPolicyParser.KIND, policy.key(), direction),
                source -> {
                    final List<PreparedRule> list = new ArrayList<>();
                    for (final PolicyRule rule : policy.spec().rules(direction)) {
                        list.add(
                                PreparedRule.of(
                                        rules.of(policy, direction, list.size()),
                                        RowVerdict.ALLOW,
                                        policy.meta().namespace(),
                                        rule.peers(),
                                        rule.ports(),
                                        workloads,
                                        identities));
                    }
                    return list;
                });
    }

    private List<PreparedRule> prepare(
            final ClusterNetworkPolicy policy, final Direction direction) {
        return prepared.computeIfAbsent(
                new Source(ClusterNetworkPolicyParser.KIND, policy.key(), direction),
                source -> {
                    final List<PreparedRule> list = new ArrayList<>();
                    for (final ClusterPolicyRule rule : policy.spec().rules(direction)) {
                        list.add(
                                PreparedRule.of(
                                        rules.of(policy, direction, list.size()),
                                        verdict(rule.action()),
                                        "",
                                        rule.peers(),
                                        rule.ports(),
                                        workloads,
                                        identities));
                    }
                    return list;
                });
    }

    private static RowVerdict verdict(final ClusterPolicyRule.Action action) {
        return switch (action) {
            case ACCEPT -> RowVerdict.ALLOW;
            case DENY -> RowVerdict.DENY;
            case PASS -> RowVerdict.NONE;
        };
    }

    private record Source(String kind, String policy, Direction direction) {}

    /** Everything of an endpoint that its rows depend on. */
    private record Shape(
            List<String> ingress,
            List<String> egress,
            List<String> cluster,
            List<NamedPort> ports) {}
}
