package dev.weir.controller.compile;

import dev.weir.controller.identity.PrefixIndex;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.util.Map;

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
     */
    public record Decision(Verdict verdict, Reason reason, int rule, int identity) {}

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
            return new Decision(Verdict.ALLOWED, Reason.NOT_ISOLATED, 0, identity);
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
            return new Decision(Verdict.ALLOWED, Reason.HOST, 0, identity);
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
        final CompiledPolicy policy = state.policies().get(word.policy());
        PolicyRow best = null;
        if (policy != null) {
            best = search(policy, identity, direction, protocol, port, null);
            best = search(policy, IdentityInfo.ANY, direction, protocol, port, best);
        }
        if (best != null) {
            return of(best, identity);
        }
        final boolean isolated =
                direction == Direction.INGRESS ? word.isolatedIngress() : word.isolatedEgress();
        return isolated
                ? new Decision(Verdict.DENIED, Reason.NO_RULE, 0, identity)
                : new Decision(Verdict.ALLOWED, Reason.NOT_ISOLATED, 0, identity);
    }

    private static Decision of(final PolicyRow row, final int identity) {
        return switch (row.verdict()) {
            case ALLOW -> new Decision(Verdict.ALLOWED, Reason.POLICY, row.rule(), identity);
            case AUDIT -> new Decision(Verdict.AUDIT, Reason.AUDIT, row.rule(), identity);
            default -> new Decision(Verdict.DENIED, Reason.DENY_RULE, row.rule(), identity);
        };
    }

    /** The root says which port prefixes to ask for: longest first, the root itself last. */
    private static PolicyRow search(
            final CompiledPolicy policy,
            final int identity,
            final Direction direction,
            final int protocol,
            final int port,
            final PolicyRow found) {
        final Map<PolicyKey, PolicyRow> rows = policy.rows();
        final PolicyRow root = rows.get(PolicyKey.root(policy.number(), identity, direction));
        if (root == null) {
            return found;
        }
        PolicyRow best = found;
        for (int length = 16; length >= 0; length--) {
            if ((root.prefixLengths() & 1 << length) != 0) {
                final int masked = port & 0xFFFF << 16 - length & 0xFFFF;
                best =
                        better(
                                best,
                                rows.get(
                                        new PolicyKey(
                                                policy.number(),
                                                identity,
                                                direction,
                                                protocol,
                                                length,
                                                masked)));
            }
        }
        return better(best, root);
    }

    /** The smaller precedence; on a tie the one that was found first. */
    private static PolicyRow better(final PolicyRow best, final PolicyRow row) {
        if (row == null || row.verdict() == RowVerdict.NONE) {
            return best;
        }
        return best == null || Integer.compareUnsigned(row.precedence(), best.precedence()) < 0
                ? row
                : best;
    }
}
