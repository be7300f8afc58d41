package dev.weir.controller.compile;

import dev.weir.controller.compile.RankedRule.Tier;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * Makes the rows of one direction. Rules come tier by tier in the order in which they decide. A
 * row's two sides, what is enforced and what would be if the audited policies were as well, say
 * what becomes of its traffic after all tiers, so the datapath takes the first row it finds for a
 * peer. Only NetworkPolicies have rules for any peer; those are weighed against the peer's row by
 * precedence. A row is left out where the next wider one, or one for any peer, says the same.
 */
final class DirectionRows {
    /** Precedence of what audited NetworkPolicies would deny: after every rule. */
    static final int DEFAULT_PRECEDENCE = Integer.MAX_VALUE;

    private static final PolicyRow NOTHING = PolicyRow.root(0);

    private final Direction direction;
    private final List<RankedRule> rules = new ArrayList<>();
    private final Side enforced = new Side();
    private final Side audited;
    private final Map<Decision, PolicyRow> made = new HashMap<>();
    private RankedRule current;
    private boolean currentEnforced;
    private boolean currentAudited;

    /**
     * @param audits an audit side is wanted
     */
    DirectionRows(final Direction direction, final boolean audits) {
        this.direction = direction;
        this.audited = audits ? new Side() : null;
    }

    /** One side's claims: the admin tier, and the tier after it that decides. */
    private static final class Side {
        private final Claims admin = new Claims();
        private final Claims later = new Claims();
        private boolean hasAdmin;

        Claims of(final Tier tier) {
            hasAdmin |= tier == Tier.ADMIN;
            return tier == Tier.ADMIN ? admin : later;
        }

        int admin(final long key) {
            return hasAdmin ? admin.best(key) : Claims.NONE;
        }
    }

    /**
     * What a row is to say.
     *
     * @param rule rank of the one that decides, {@code Claims.NONE} = none
     * @param auditRule the same on the audit side
     * @param blame number of the audited rule that passed what the default may deny then, 0 = none
     * @param anyPeer the row is for any peer
     */
    private record Decision(int rule, int auditRule, int blame, boolean anyPeer) {}

    /**
     * The claims that follow belong to this rule.
     *
     * @param enforced it is enforced
     * @param audited it counts on the audit side
     */
    void begin(
            final int number,
            final RowVerdict verdict,
            final Tier tier,
            final boolean enforced,
            final boolean audited) {
        final int index =
                current != null && current.tier() == tier
                        ? current.precedence() + 1
                        : tier.firstPrecedence();
        current = new RankedRule(number, verdict, tier, index, !enforced);
        currentEnforced = enforced;
        currentAudited = audited && this.audited != null;
        rules.add(current);
    }

    void claim(final int identity, final List<PortRows.Row> ports) {
        for (final PortRows.Row row : ports) {
            final long key =
                    RowSet.key(identity, direction, row.protocol(), row.length(), row.port());
            if (currentEnforced) {
                enforced.of(current.tier()).add(key, rules.size() - 1);
            }
            if (currentAudited) {
                audited.of(current.tier()).add(key, rules.size() - 1);
            }
        }
    }

    /**
     * Adds the rows that are needed.
     *
     * @param auditDefault the audit side denies what no rule allows
     * @param auditRule number to name then, 0 = whatever passed it there
     */
    void addTo(
            final Long2ObjectHashMap<PolicyRow> rows,
            final boolean auditDefault,
            final int auditRule) {
        int kept = 0;
        long group = -1;
        for (final long key : keys()) {
            // Keys of a peer and protocol follow each other, wide ones first, the root before all.
            if (group != key >>> 21) {
                group = key >>> 21;
                kept = 0;
            }
            final PolicyRow row = row(key);
            final PolicyRow wider = wider(rows, key, kept);
            if (!row.equals(wider) && !isSaidForAnyPeer(row, wider, key)) {
                rows.put(key, row);
                kept |= 1 << RowSet.length(key);
            }
        }
        if (auditDefault) {
            rows.putIfAbsent(
                    RowSet.key(IdentityInfo.ANY, direction, 0, 0, 0),
                    PolicyRow.audited(RowVerdict.DENY, auditRule, DEFAULT_PRECEDENCE));
        }
    }

    private long[] keys() {
        final LongHashSet keys = new LongHashSet();
        for (final Side side : audited == null ? List.of(enforced) : List.of(enforced, audited)) {
            side.admin.ranks().forEachLong((key, rank) -> keys.add(key));
            side.later.ranks().forEachLong((key, rank) -> keys.add(key));
        }
        final long[] sorted = new long[keys.size()];
        int count = 0;
        for (final LongHashSet.LongIterator each = keys.iterator(); each.hasNext(); ) {
            sorted[count++] = each.nextValue();
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** The row found for this traffic if there is none for {@code key}. */
    private PolicyRow wider(
            final Long2ObjectHashMap<PolicyRow> rows, final long key, final int kept) {
        final int identity = RowSet.identity(key);
        if (RowSet.protocol(key) == 0) {
            return NOTHING;
        }
        int shorter = kept & (1 << RowSet.length(key)) - 1;
        while (shorter != 0) {
            final int length = 31 - Integer.numberOfLeadingZeros(shorter);
            final PolicyRow row = rows.get(RowSet.wider(key, identity, length));
            if (row != null) {
                return row;
            }
            shorter &= ~(1 << length);
        }
        final PolicyRow root = rows.get(RowSet.key(identity, direction, 0, 0, 0));
        return root == null ? NOTHING : root;
    }

    private PolicyRow row(final long key) {
        final boolean anyPeer = RowSet.identity(key) == IdentityInfo.ANY;
        final int rule = decides(enforced, enforced.admin(key), key);
        if (audited == null) {
            return row(new Decision(rule, Claims.NONE, 0, anyPeer));
        }
        final int admin = audited.admin(key);
        final int auditRule = decides(audited, admin, key);
        final boolean passed =
                admin != Claims.NONE && rules.get(admin).passes() && rules.get(admin).audited();
        final boolean blamed =
                passed
                        && (auditRule == Claims.NONE
                                || rules.get(auditRule).verdict() == RowVerdict.DENY
                                        && !rules.get(auditRule).audited());
        return row(new Decision(rule, auditRule, blamed ? rules.get(admin).number() : 0, anyPeer));
    }

    private int decides(final Side side, final int admin, final long key) {
        if (admin != Claims.NONE && !rules.get(admin).passes()) {
            return admin;
        }
        final int later = side.later.best(key);
        return later != Claims.NONE && rules.get(later).passes() ? Claims.NONE : later;
    }

    private PolicyRow row(final Decision decision) {
        return made.computeIfAbsent(decision, this::make);
    }

    private PolicyRow make(final Decision decision) {
        final RankedRule rule = rule(decision.rule);
        final RankedRule auditRule = rule(decision.auditRule);
        return new PolicyRow(
                rule == null ? RowVerdict.NONE : rule.verdict(),
                rule == null ? 0 : rule.number(),
                rule == null ? 0 : rule.precedence(),
                auditRule == null ? RowVerdict.NONE : auditRule.verdict(),
                decision.blame != 0 || auditRule == null ? decision.blame : auditRule.number(),
                auditRule == null ? 0 : auditRule.precedence(),
                0,
                !decision.anyPeer && isLast(decision));
    }

    private RankedRule rule(final int rank) {
        return rank == Claims.NONE ? null : rules.get(rank);
    }

    /** True when the rows for any peer cannot change what a peer's row says. */
    private boolean isLast(final Decision decision) {
        final RankedRule rule = rule(decision.rule);
        if (rule == null) {
            return false;
        }
        return rule.verdict() == RowVerdict.DENY
                || isLast(enforced, decision.rule)
                        && (audited == null || isLast(audited, decision.auditRule));
    }

    private boolean isLast(final Side side, final int rank) {
        final RankedRule rule = rule(rank);
        return rule != null
                && (rule.tier() != Tier.NETWORK_POLICY || rank < side.later.firstForAnyPeer());
    }

    /**
     * True when the rows for any peer allow all of a row's traffic by the same or an earlier rule,
     * and the wider row of the peer would not say something else.
     */
    private boolean isSaidForAnyPeer(final PolicyRow row, final PolicyRow wider, final long key) {
        return RowSet.identity(key) != IdentityInfo.ANY
                && isSaidForAnyPeer(enforced, Saying.enforced(row), Saying.enforced(wider), key)
                && (audited == null
                        || isSaidForAnyPeer(
                                audited, Saying.audited(row), Saying.audited(wider), key));
    }

    private boolean isSaidForAnyPeer(
            final Side side, final Saying own, final Saying wider, final long key) {
        if (own.equals(wider)) {
            return true;
        }
        if (!own.isAllowedByNetworkPolicy()
                || !wider.equals(Saying.NOTHING) && !wider.isAllowedByNetworkPolicy()) {
            return false;
        }
        final int forAnyPeer = side.later.bestForAnyPeer(key);
        return forAnyPeer != Claims.NONE && rules.get(forAnyPeer).precedence() <= own.precedence;
    }

    /** One side of a row. */
    private record Saying(RowVerdict verdict, int rule, int precedence) {
        static final Saying NOTHING = new Saying(RowVerdict.NONE, 0, 0);

        static Saying enforced(final PolicyRow row) {
            return new Saying(row.verdict(), row.rule(), row.precedence());
        }

        static Saying audited(final PolicyRow row) {
            return new Saying(row.auditVerdict(), row.auditRule(), row.auditPrecedence());
        }

        boolean isAllowedByNetworkPolicy() {
            return verdict == RowVerdict.ALLOW
                    && precedence >= Tier.NETWORK_POLICY.firstPrecedence()
                    && precedence < Tier.BASELINE.firstPrecedence();
        }
    }
}
