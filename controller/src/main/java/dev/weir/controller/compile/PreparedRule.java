package dev.weir.controller.compile;

import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A rule with its peers and ports resolved as far as they do not depend on the endpoint.
 *
 * @param number in the datapath
 * @param verdict ALLOW, DENY, or NONE for one that passes on to the next tier
 * @param anyPeer the rule has no {@code from} or {@code to}
 * @param peers identities, ascending; empty if {@code anyPeer}
 * @param ports rows by port
 */
record PreparedRule(
        int number, RowVerdict verdict, boolean anyPeer, List<Integer> peers, PortRows ports) {
    /**
     * @param namespace of the policy; the pods of a selector without namespaces are there
     * @param peers empty = any peer
     */
    static PreparedRule of(
            final int number,
            final RowVerdict verdict,
            final String namespace,
            final List<PolicyPeer> peers,
            final List<PolicyPort> ports,
            final WorkloadIndex workloads,
            final PeerIdentities identities) {
        final TreeSet<Integer> found = new TreeSet<>();
        for (final PolicyPeer peer : peers) {
            if (peer instanceof BlockPeer blockPeer) {
                found.addAll(identities.in(blockPeer.block()));
            } else if (peer instanceof SelectorPeer selector) {
                select(namespace, selector, workloads)
                        .forEach(workload -> found.addAll(identities.of(workload)));
            }
        }
        return new PreparedRule(
                number, verdict, peers.isEmpty(), List.copyOf(found), new PortRows(ports));
    }

    private static List<Workload> select(
            final String namespace, final SelectorPeer peer, final WorkloadIndex workloads) {
        final LabelSelector pods = peer.pods().orElse(LabelSelector.EVERYTHING);
        return peer.namespaces()
                .map(namespaces -> workloads.select(namespaces, pods))
                .orElseGet(() -> workloads.select(namespace, pods));
    }

    /**
     * Claims the rule's traffic.
     *
     * @param own the endpoint that the rows are for
     * @param others workload of every identity that is an endpoint's
     */
    void addTo(
            final DirectionRows rows,
            final Direction direction,
            final Workload own,
            final Map<Integer, Workload> others) {
        if (direction == Direction.INGRESS || !ports.hasNames()) {
            final List<PortRows.Row> list = ports.of(own);
            if (anyPeer) {
                rows.claim(IdentityInfo.ANY, list);
            } else {
                peers.forEach(peer -> rows.claim(peer, list));
            }
        } else if (anyPeer) {
            rows.claim(IdentityInfo.ANY, ports.numbered());
            others.forEach((peer, workload) -> rows.claim(peer, ports.named(workload)));
        } else {
            for (final int peer : peers) {
                final Workload other = others.get(peer);
                rows.claim(peer, other == null ? ports.numbered() : ports.of(other));
            }
        }
    }

    /** {@link PolicyFlags} for the rows that there can be, whatever peers come and go. */
    int lookups(final Direction direction) {
        final int shape = ports.lengths();
        int flags = shape << PolicyFlags.LENGTHS;
        if (shape != 0) {
            flags |=
                    PolicyFlags.of(
                            anyPeer ? PolicyFlags.ANY_PORTS : PolicyFlags.PEER_PORTS, direction);
        }
        if (ports.everything()) {
            flags |=
                    PolicyFlags.of(
                            anyPeer ? PolicyFlags.ANY_ROOT : PolicyFlags.PEER_ROOT, direction);
        }
        if (anyPeer && ports.hasNames() && direction == Direction.EGRESS) {
            flags |= PolicyFlags.of(PolicyFlags.PEER_PORTS, direction);
        }
        return flags;
    }
}
