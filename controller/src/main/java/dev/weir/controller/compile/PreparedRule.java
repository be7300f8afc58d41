package dev.weir.controller.compile;

import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A rule with its peers and ports resolved as far as they do not depend on the endpoint.
 *
 * @param number in the datapath
 * @param anyPeer the rule has no {@code from} or {@code to}
 * @param peers identities, ascending; empty if {@code anyPeer}
 * @param ports rows by port
 */
record PreparedRule(int number, boolean anyPeer, List<Integer> peers, PortRows ports) {
    static PreparedRule of(
            final int number,
            final NetworkPolicy policy,
            final PolicyRule rule,
            final WorkloadIndex workloads,
            final PeerIdentities identities) {
        final TreeSet<Integer> peers = new TreeSet<>();
        for (final PolicyPeer peer : rule.peers()) {
            if (peer instanceof BlockPeer blockPeer) {
                peers.addAll(identities.in(blockPeer.block()));
            } else if (peer instanceof SelectorPeer selector) {
                select(policy, selector, workloads)
                        .forEach(workload -> peers.addAll(identities.of(workload)));
            }
        }
        return new PreparedRule(
                number, rule.peers().isEmpty(), List.copyOf(peers), new PortRows(rule.ports()));
    }

    private static List<Workload> select(
            final NetworkPolicy policy, final SelectorPeer peer, final WorkloadIndex workloads) {
        final LabelSelector pods = peer.pods().orElse(LabelSelector.EVERYTHING);
        return peer.namespaces()
                .map(namespaces -> workloads.select(namespaces, pods))
                .orElseGet(() -> workloads.select(policy.meta().namespace(), pods));
    }

    /**
     * Adds the rule's rows.
     *
     * @param own the endpoint that the rows are for
     * @param others workload of every identity that is an endpoint's
     */
    void addTo(
            final DirectionRows rows,
            final Direction direction,
            final Workload own,
            final Map<Integer, Workload> others) {
        rows.begin(number);
        if (direction == Direction.INGRESS || !ports.hasNames()) {
            final List<PortRows.Row> list = ports.of(own);
            if (anyPeer) {
                rows.allow(IdentityInfo.ANY, list);
            } else {
                peers.forEach(peer -> rows.allow(peer, list));
            }
        } else if (anyPeer) {
            rows.allow(IdentityInfo.ANY, ports.numbered());
            others.forEach((peer, workload) -> rows.allow(peer, ports.named(workload)));
        } else {
            for (final int peer : peers) {
                final Workload other = others.get(peer);
                rows.allow(peer, other == null ? ports.numbered() : ports.of(other));
            }
        }
    }
}
