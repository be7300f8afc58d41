package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.Direction;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Desired state in, tables out. Pure: the same input always gives the same output.
 *
 * <p>The rules of the Admin tier go first, in the order of priority, name and place; one that
 * passes skips the rest of them. An endpoint selected by a NetworkPolicy of a direction is isolated
 * in it, and everything that any rule of those policies allows passes. The Baseline tier is for
 * endpoints that no NetworkPolicy isolates. What nothing decides passes. All of this is done twice
 * where a policy is audited: without the audited ones, which is enforced, and with them, which is
 * told.
 */
public final class PolicyCompiler {
    /**
     * Rule numbers below this are used first: {@code weir_rules} has so many entries by default.
     */
    public static final int RULE_CAPACITY = 65_536;

    private final DesiredState desired;
    private final CompiledState previous;
    private final Parts before;

    private PolicyCompiler(final DesiredState desired, final Compilation previous) {
        this.desired = desired;
        this.previous = previous.state();
        this.before = previous.parts();
    }

    /**
     * From scratch.
     *
     * @param previous gives the numbers that are to stay; {@link CompiledState#EMPTY} at first
     */
    public static CompiledState compile(final DesiredState desired, final CompiledState previous) {
        return compile(desired, previous, RULE_CAPACITY);
    }

    /**
     * From scratch.
     *
     * @param ruleCapacity entries of {@code weir_rules}; numbers from there on are only given out
     *     when all below are taken, which {@link StateDiff.Need#rules} shows
     */
    public static CompiledState compile(
            final DesiredState desired, final CompiledState previous, final int ruleCapacity) {
        return compile(desired, Compilation.of(previous), ruleCapacity).state();
    }

    /**
     * The same state as from scratch, and for what has not changed the same objects as in {@code
     * previous}.
     */
    public static Compilation compile(
            final DesiredState desired, final Compilation previous, final int ruleCapacity) {
        return new PolicyCompiler(desired, previous).compile(ruleCapacity);
    }

    private Compilation compile(final int ruleCapacity) {
        final Workloads workloads = Workloads.of(desired, before.workloads());
        final WorkloadIndex index =
                new WorkloadIndex(
                        workloads.all(), desired, before.workloads().all(), before.selections());
        final Map<Workload, Isolation> isolations = isolations(workloads, index);
        final Numbering numbers = previous.numbering();
        final BlocksInForce blocks = BlocksInForce.of(isolations.values(), before.blocks());
        final LocalPeers local = new LocalPeers(desired, blocks.sets(), workloads);
        final PeerIdentities identities =
                new PeerIdentities(local, blocks.sets(), before.peers(), numbers);
        final Peers peers = identities.peers();
        final RuleNumbers ruleNumbers =
                new RuleNumbers(desired, before.rules(), numbers, ruleCapacity);
        final NumberedRules rules = ruleNumbers.rules();
        final PreparedRules prepared =
                new PreparedRules(index, peers, rules, before.peers(), before.prepared());
        final RowCompiler rows = new RowCompiler(peers, rules, prepared, before.rows());
        final PolicyNumbers policies =
                new PolicyNumbers(
                        previous,
                        peers.infos().keySet(),
                        rowsByEndpoint(workloads, isolations, rows));
        final Numbering numbering =
                new Numbering(
                        peers.numbers(),
                        rules.numbers(),
                        policies.numbers().current(),
                        identities.next(),
                        ruleNumbers.next(),
                        policies.numbers().next());
        return new Compilation(
                state(local, peers, policies, rules, numbering),
                new Parts(
                        workloads,
                        index.selections(),
                        blocks,
                        peers,
                        rules,
                        prepared.part(),
                        rows.part()));
    }

    private Map<Integer, RowSet> rowsByEndpoint(
            final Workloads workloads,
            final Map<Workload, Isolation> isolations,
            final RowCompiler rows) {
        final Map<Workload, RowSet> byWorkload = new HashMap<>();
        isolations.forEach(
                (workload, isolation) ->
                        byWorkload.put(workload, rows.compile(workload, isolation)));
        final Map<Integer, RowSet> byEndpoint = new LinkedHashMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) ->
                                byEndpoint.put(number, byWorkload.get(workloads.of(endpoint))));
        return byEndpoint;
    }

    private static CompiledState state(
            final LocalPeers local,
            final Peers peers,
            final PolicyNumbers policies,
            final NumberedRules rules,
            final Numbering numbering) {
        return new CompiledState(
                local.identityByEndpoint(peers),
                local.identityByAddress(peers),
                local.owners(),
                peers.cidrs(),
                policies.policies(),
                policies.endpoints(),
                rules.refs(),
                peers.infos(),
                numbering);
    }

    /** Which policies select which workloads. */
    private Map<Workload, Isolation> isolations(
            final Workloads workloads, final WorkloadIndex index) {
        final Map<Workload, Isolation> isolations = new LinkedHashMap<>();
        workloads.all().forEach(workload -> isolations.put(workload, new Isolation()));
        for (final NetworkPolicy policy : desired.policies().values()) {
            for (final Workload workload :
                    index.select(policy.meta().namespace(), policy.spec().podSelector())) {
                for (final Direction direction : policy.spec().policyTypes()) {
                    isolations.get(workload).policies(direction).add(policy);
                }
            }
        }
        for (final ClusterNetworkPolicy policy : PolicyTiers.inOrder(desired)) {
            final LabelSelector namespaces = policy.spec().subject().namespaces().orElseThrow();
            final LabelSelector pods =
                    policy.spec().subject().pods().orElse(LabelSelector.EVERYTHING);
            index.select(namespaces, pods)
                    .forEach(workload -> isolations.get(workload).cluster().add(policy));
        }
        return isolations;
    }
}
