package dev.weir.controller.compile;

import dev.weir.controller.policy.PolicyPort;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A rule with its peers and ports resolved as far as they do not depend on the endpoint.
 *
 * @param number in the datapath
 * @param verdict ALLOW, DENY, or NONE for one that passes on to the next tier
 * @param peers identities of each peer; an identity may be there several times
 * @param ports rows by port
 */
record PreparedRule(int number, RowVerdict verdict, List<List<Integer>> peers, PortRows ports) {
    PreparedRule {
        peers = List.copyOf(peers);
    }

    /**
     * @param peers empty = any peer
     * @param ports empty = everything
     */
    static PreparedRule of(
            final int number,
            final RowVerdict verdict,
            final List<List<Integer>> peers,
            final List<PolicyPort> ports) {
        return new PreparedRule(number, verdict, peers, PortRows.of(ports));
    }

    /** The same rule now that its peers have these identities; itself if nothing has changed. */
    PreparedRule with(final List<List<Integer>> resolved) {
        return resolved.equals(peers) ? this : new PreparedRule(number, verdict, resolved, ports);
    }

    private boolean anyPeer() {
        return peers.isEmpty();
    }

    /** True when the rows depend on the ports that other endpoints have names for. */
    boolean needsOthers(final Direction direction) {
        return direction == Direction.EGRESS && ports.hasNames();
    }

    /**
     * Claims the rule's traffic.
     *
     * @param own named ports of the endpoint that the rows are for
     * @param others workload of every identity that is an endpoint's
     */
    void addTo(
            final DirectionRows rows,
            final Direction direction,
            final List<NamedPort> own,
            final Map<Integer, Workload> others) {
        if (!needsOthers(direction)) {
            final List<PortRows.Row> list = ports.all(own);
            if (anyPeer()) {
                rows.claim(IdentityInfo.ANY, list);
            }
            peers.forEach(each -> each.forEach(peer -> rows.claim(peer, list)));
            return;
        }
        // Most endpoints have the same few names.
        final Map<List<NamedPort>, List<PortRows.Row>> byOwner = new HashMap<>();
        if (anyPeer()) {
            rows.claim(IdentityInfo.ANY, ports.numbered());
            others.forEach(
                    (peer, workload) ->
                            rows.claim(
                                    peer, byOwner.computeIfAbsent(workload.ports(), ports::named)));
        }
        for (final List<Integer> identities : peers) {
            for (final int peer : identities) {
                final Workload other = others.get(peer);
                rows.claim(
                        peer,
                        other == null
                                ? ports.numbered()
                                : byOwner.computeIfAbsent(other.ports(), ports::all));
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
                            anyPeer() ? PolicyFlags.ANY_PORTS : PolicyFlags.PEER_PORTS, direction);
        }
        if (ports.everything()) {
            flags |=
                    PolicyFlags.of(
                            anyPeer() ? PolicyFlags.ANY_ROOT : PolicyFlags.PEER_ROOT, direction);
        }
        if (anyPeer() && ports.hasNames() && direction == Direction.EGRESS) {
            flags |= PolicyFlags.of(PolicyFlags.PEER_PORTS, direction);
        }
        return flags;
    }
}
