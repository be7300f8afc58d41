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
 * @param ports of the rule; empty = everything
 */
record PreparedRule(
        int number, RowVerdict verdict, List<List<Integer>> peers, List<PolicyPort> ports) {
    PreparedRule {
        peers = List.copyOf(peers);
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
        return direction == Direction.EGRESS
                && ports.stream().anyMatch(port -> port.name().isPresent());
    }

    /**
     * Claims the rule's traffic.
     *
     * @param rowsByPort of {@link #ports}
     * @param own named ports of the endpoint that the rows are for
     * @param others workload of every identity that is an endpoint's
     */
    void addTo(
            final DirectionRows rows,
            final Direction direction,
            final PortRows rowsByPort,
            final List<NamedPort> own,
            final Map<Integer, Workload> others) {
        if (!needsOthers(direction)) {
            final List<PortRows.Row> list = rowsByPort.all(own);
            if (anyPeer()) {
                rows.claim(IdentityInfo.ANY, list);
            }
            peers.forEach(each -> each.forEach(peer -> rows.claim(peer, list)));
            return;
        }
        // Most endpoints have the same few names.
        final Map<List<NamedPort>, List<PortRows.Row>> byOwner = new HashMap<>();
        if (anyPeer()) {
            rows.claim(IdentityInfo.ANY, rowsByPort.numbered());
            others.forEach(
                    (peer, workload) ->
                            rows.claim(
                                    peer,
                                    byOwner.computeIfAbsent(workload.ports(), rowsByPort::named)));
        }
        for (final List<Integer> identities : peers) {
            for (final int peer : identities) {
                final Workload other = others.get(peer);
                rows.claim(
                        peer,
                        other == null
                                ? rowsByPort.numbered()
                                : byOwner.computeIfAbsent(other.ports(), rowsByPort::all));
            }
        }
    }

    /**
     * {@link PolicyFlags} for the rows that there can be, whatever peers come and go.
     *
     * @param rowsByPort of {@link #ports}
     */
    int lookups(final Direction direction, final PortRows rowsByPort) {
        final int shape = rowsByPort.lengths();
        int flags = shape << PolicyFlags.LENGTHS;
        if (shape != 0) {
            flags |=
                    PolicyFlags.of(
                            anyPeer() ? PolicyFlags.ANY_PORTS : PolicyFlags.PEER_PORTS, direction);
        }
        if (ports.isEmpty()) {
            flags |=
                    PolicyFlags.of(
                            anyPeer() ? PolicyFlags.ANY_ROOT : PolicyFlags.PEER_ROOT, direction);
        }
        if (anyPeer() && needsOthers(direction)) {
            flags |= PolicyFlags.of(PolicyFlags.PEER_PORTS, direction);
        }
        return flags;
    }
}
