package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.SelectorPeer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which identities the peers of rules mean; equal answers are the same object as before. */
final class RulePeers {
    private final WorkloadIndex index;
    private final Peers peers;
    private final Map<Query, List<Integer>> before;
    private final Map<Query, List<Integer>> answers = new HashMap<>();

    /** Blocks that do not hold the same identities as before. */
    private final Set<IpBlock> changedBlocks = new HashSet<>();

    /**
     * What a selector depends on.
     *
     * @param namespace of the policy: the pods are there unless the selector names namespaces
     */
    record Query(String namespace, SelectorPeer selector) {}

    /**
     * @param peersBefore of the last compile
     * @param before answers of the last compile
     */
    RulePeers(
            final WorkloadIndex index,
            final Peers peers,
            final Peers peersBefore,
            final Map<Query, List<Integer>> before) {
        this.index = index;
        this.peers = peers;
        this.before = before;
        ArrayMap.compare(
                peersBefore.byBlock(),
                peers.byBlock(),
                (block, then, now) -> changedBlocks.add(block));
    }

    /**
     * Of each peer of a rule, ascending.
     *
     * @param namespace of the policy
     * @param old the same of the last compile; empty if the rule was not there
     */
    List<List<Integer>> of(
            final String namespace,
            final List<PolicyPeer> rule,
            final Optional<List<List<Integer>>> old) {
        final List<List<Integer>> found = new ArrayList<>(rule.size());
        for (final PolicyPeer peer : rule) {
            if (peer instanceof BlockPeer blockPeer) {
                found.add(
                        old.isPresent() && !isChanged(blockPeer.block())
                                ? old.get().get(found.size())
                                : peers.in(blockPeer.block()));
            } else {
                found.add(
                        answers.computeIfAbsent(
                                new Query(namespace, (SelectorPeer) peer), this::answer));
            }
        }
        return found;
    }

    private boolean isChanged(final IpBlock block) {
        return !changedBlocks.isEmpty() && changedBlocks.contains(block);
    }

    private List<Integer> answer(final Query query) {
        final TreeSet<Integer> found = new TreeSet<>();
        select(query).forEach(workload -> found.addAll(peers.of(workload)));
        final List<Integer> now = List.copyOf(found);
        final List<Integer> old = before.get(query);
        return now.equals(old) ? old : now;
    }

    private List<Workload> select(final Query query) {
        final LabelSelector pods = query.selector.pods().orElse(LabelSelector.EVERYTHING);
        return query.selector
                .namespaces()
                .map(namespaces -> index.select(namespaces, pods))
                .orElseGet(() -> index.select(query.namespace, pods));
    }

    /** For the next compile. */
    Map<Query, List<Integer>> answers() {
        return answers;
    }
}
