package dev.weir.controller.compile;

import dev.weir.controller.identity.PrefixIndex;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The datapath's lookups, in the same order, over a {@link CompiledState}. */
public final class RowLookup {
    private final CompiledState state;
    private final boolean hostPolicy;
    private final PrefixIndex<Integer> cidrs;

    /**
     * @param hostPolicy the node is judged like any peer instead of always passing
     */
    public RowLookup(final CompiledState state, final boolean hostPolicy) {
        this.state = state;
        this.hostPolicy = hostPolicy;
        this.cidrs = new PrefixIndex<>(state.cidrs());
    }

    /**
     * What the datapath makes of the first packet of a connection.
     *
     * @param rule that decided, 0 = none
     * @param identity of the peer
     * @param rows that the datapath reads for it: of the peer, then of any peer; none where it asks
     *     for none
     */
    public record Decision(
            Verdict verdict, Reason reason, int rule, int identity, List<Match> rows) {
        public Decision {
            rows = List.copyOf(rows);
        }
    }

    /** A row and where it was found. */
    public record Match(PolicyKey key, PolicyRow row) {}

    /** Exact address first, then the longest prefix, then the world. */
    public int identity(final IpAddress address) {
        final Integer exact = state.peers().get(address);
        return exact != null ? exact : cidrs.longest(address).orElse(IdentityInfo.WORLD);
    }

    /**
     * Judges by address.
     *
     * @param remote the other side; an endpoint's traffic to itself always passes
     * @param port destination port of the opener's packet, 0 for protocols without ports
     */
    public Decision decide(
            final int endpoint,
            final Direction direction,
            final IpAddress remote,
            final int protocol,
            final int port) {
        final int identity = identity(remote);
        if (Integer.valueOf(endpoint).equals(state.owners().get(remote))) {
            return new Decision(Verdict.ALLOWED, Reason.NOT_ISOLATED, 0, identity, List.of());
        }
        return decide(endpoint, direction, identity, protocol, port);
    }

    /** Judges by identity. */
    public Decision decide(
            final int endpoint,
            final Direction direction,
            final int identity,
            final int protocol,
            final int port) {
        if (identity == IdentityInfo.HOST && !hostPolicy) {
            return new Decision(Verdict.ALLOWED, Reason.HOST, 0, identity, List.of());
        }
        final EndpointPolicy word = state.endpoints().get(endpoint);
        if (word == null) {
            throw new IllegalArgumentException(
                    "endpoint: "
                            + endpoint
                            + " (expected: one of "
                            + state.endpoints().keySet()
                            + ")");
        }
        final List<Match> matches = matches(word, direction, identity, protocol, port);
        Match best = null;
        Match audit = null;
        int blame = 0;
        for (final Match match : matches) {
            final PolicyRow row = match.row();
            if (row.verdict() != RowVerdict.NONE
                    && (best == null || row.precedence() < best.row().precedence())) {
                best = match;
            }
            if (audit == null && row.auditRule() != 0) {
                blame = row.auditRule();
            }
            if (row.auditVerdict() != RowVerdict.NONE
                    && (audit == null || row.auditPrecedence() < audit.row().auditPrecedence())) {
                audit = match;
                blame = row.auditRule() != 0 ? row.auditRule() : blame;
            }
        }
        final RowVerdict enforced = best == null ? RowVerdict.NONE : best.row().verdict();
        final RowVerdict audited = audit == null ? RowVerdict.NONE : audit.row().auditVerdict();
        if (enforced == RowVerdict.DENY) {
            return new Decision(
                    Verdict.DENIED, Reason.DENY_RULE, best.row().rule(), identity, matches);
        }
        if (enforced == RowVerdict.NONE && word.has(PolicyFlags.ISOLATED, direction)) {
            return new Decision(Verdict.DENIED, Reason.NO_RULE, 0, identity, matches);
        }
        if (audited == RowVerdict.DENY) {
            return new Decision(Verdict.AUDIT, Reason.AUDIT, blame, identity, matches);
        }
        if (enforced == RowVerdict.ALLOW) {
            return new Decision(
                    Verdict.ALLOWED, Reason.POLICY, best.row().rule(), identity, matches);
        }
        return audited == RowVerdict.ALLOW
                ? new Decision(Verdict.ALLOWED, Reason.POLICY, blame, identity, matches)
                : new Decision(Verdict.ALLOWED, Reason.NOT_ISOLATED, 0, identity, matches);
    }

    /** The rows that the datapath finds: of the peer first, of any peer if it has to ask. */
    private List<Match> matches(
            final EndpointPolicy word,
            final Direction direction,
            final int identity,
            final int protocol,
            final int port) {
        final CompiledPolicy policy = state.policies().get(word.policy());
        final List<Match> matches = new ArrayList<>(2);
        if (policy == null) {
            return matches;
        }
        if (word.has(PolicyFlags.PEER_PORTS, direction)
                || word.has(PolicyFlags.PEER_ROOT, direction)) {
            search(policy, word, identity, direction, protocol, port).ifPresent(matches::add);
        }
        if ((matches.isEmpty() || !matches.get(0).row().last())
                && (word.has(PolicyFlags.ANY_PORTS, direction)
                        || word.has(PolicyFlags.ANY_ROOT, direction))) {
            search(policy, word, IdentityInfo.ANY, direction, protocol, port)
                    .ifPresent(matches::add);
        }
        return matches;
    }

    /** The longest port prefix first, the root last; the first row found is the one. */
    private static Optional<Match> search(
            final CompiledPolicy policy,
            final EndpointPolicy word,
            final int identity,
            final Direction direction,
            final int protocol,
            final int port) {
        final Map<PolicyKey, PolicyRow> rows = policy.rows();
        final boolean anyPeer = identity == IdentityInfo.ANY;
        final PolicyKey rootKey = PolicyKey.root(policy.number(), identity, direction);
        final PolicyRow root = rows.get(rootKey);
        int lengths = word.flags() >>> PolicyFlags.LENGTHS;
        if ((word.flags() & PolicyFlags.ASK_ROOTS) != 0) {
            if (root == null) {
                return Optional.empty();
            }
            lengths = root.prefixLengths();
        }
        if (!word.has(anyPeer ? PolicyFlags.ANY_PORTS : PolicyFlags.PEER_PORTS, direction)) {
            lengths = 0;
        } else if (!hasPorts(protocol)) {
            lengths &= 1;
        }
        for (int length = 16; length >= 0; length--) {
            if ((lengths & 1 << length) != 0) {
                final int masked = port & 0xFFFF << 16 - length & 0xFFFF;
                final PolicyKey key =
                        new PolicyKey(
                                policy.number(), identity, direction, protocol, length, masked);
                final PolicyRow row = rows.get(key);
                if (row != null) {
                    return Optional.of(new Match(key, row));
                }
            }
        }
        return root != null
                        && ((word.flags() & PolicyFlags.ASK_ROOTS) != 0
                                || word.has(
                                        anyPeer ? PolicyFlags.ANY_ROOT : PolicyFlags.PEER_ROOT,
                                        direction))
                ? Optional.of(new Match(rootKey, root))
                : Optional.empty();
    }

    private static boolean hasPorts(final int protocol) {
        return protocol == 6 || protocol == 17 || protocol == 132;
    }
}
