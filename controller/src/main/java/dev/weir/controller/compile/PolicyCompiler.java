package dev.weir.controller.compile;

import dev.weir.controller.identity.BlockSets;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    private final Map<EndpointSpec, Workload> workloads = new HashMap<>();
    private final Map<Workload, Isolation> isolations = new LinkedHashMap<>();

    private PolicyCompiler(final DesiredState desired, final CompiledState previous) {
        this.desired = desired;
        this.previous = previous;
    }

    /**
     * @param previous gives the numbers that are to stay; {@link CompiledState#EMPTY} at first
     */
    public static CompiledState compile(final DesiredState desired, final CompiledState previous) {
        return compile(desired, previous, RULE_CAPACITY);
    }

    /**
     * @param ruleCapacity entries of {@code weir_rules}; numbers from there on are only given out
     *     when all below are taken, which {@link StateDiff.Need#rules} shows
     */
    public static CompiledState compile(
            final DesiredState desired, final CompiledState previous, final int ruleCapacity) {
        return new PolicyCompiler(desired, previous).compile(ruleCapacity);
    }

    private CompiledState compile(final int ruleCapacity) {
        for (final EndpointSpec endpoint : desired.endpoints().values()) {
            final Workload workload = Workload.of(endpoint);
            workloads.put(endpoint, workload);
            isolations.putIfAbsent(workload, new Isolation());
        }
        final WorkloadIndex index = new WorkloadIndex(isolations.keySet(), desired);
        isolate(index);
        final Numbering before = previous.numbering();
        final PeerIdentities identities =
                new PeerIdentities(desired, BlockSets.of(blocksInForce()), workloads, before);
        final RuleNumbers rules = new RuleNumbers(desired, before, ruleCapacity);
        final RowCompiler rows = new RowCompiler(index, identities, rules);
        final Map<Integer, RowSet> content = new LinkedHashMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) -> {
                            final Workload workload = workloads.get(endpoint);
                            content.put(number, rows.compile(workload, isolations.get(workload)));
                        });
        final PolicyNumbers policies =
                new PolicyNumbers(previous, identities.infos().keySet(), content);
        return new CompiledState(
                Collections.unmodifiableMap(identities.identityByEndpoint()),
                Collections.unmodifiableMap(identities.peers()),
                Collections.unmodifiableMap(identities.owners()),
                Collections.unmodifiableMap(identities.cidrs()),
                Collections.unmodifiableMap(policies.policies()),
                Collections.unmodifiableMap(policies.endpoints()),
                Collections.unmodifiableMap(rules.refs()),
                Collections.unmodifiableMap(identities.infos()),
                new Numbering(
                        identities.numbers().current(),
                        rules.numbers().current(),
                        policies.numbers().current(),
                        identities.numbers().next(),
                        rules.numbers().next(),
                        policies.numbers().next()));
    }

    /** Which policies select which workloads. */
    private void isolate(final WorkloadIndex index) {
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
    }

    /** Only blocks that some row is for: policies without an endpoint here cost nothing. */
    private Set<IpBlock> blocksInForce() {
        final Set<IpBlock> blocks = new HashSet<>();
        final Set<ClusterNetworkPolicy> cluster =
                Collections.newSetFromMap(new IdentityHashMap<>());
        isolations.values().forEach(isolation -> cluster.addAll(isolation.cluster()));
        for (final Direction direction : Direction.values()) {
            final Set<NetworkPolicy> policies = Collections.newSetFromMap(new IdentityHashMap<>());
            isolations.values().forEach(isolation -> policies.addAll(isolation.inForce(direction)));
            for (final NetworkPolicy policy : policies) {
                policy.spec().rules(direction).forEach(rule -> addBlocks(rule.peers(), blocks));
            }
            for (final ClusterNetworkPolicy policy : cluster) {
                policy.spec().rules(direction).forEach(rule -> addBlocks(rule.peers(), blocks));
            }
        }
        return blocks;
    }

    private static void addBlocks(final List<PolicyPeer> peers, final Set<IpBlock> blocks) {
        for (final PolicyPeer peer : peers) {
            if (peer instanceof BlockPeer blockPeer) {
                blocks.add(blockPeer.block());
            }
        }
    }
}
