package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.PolicyRow;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Gathers the rows of one direction. Rules come in the order in which they get credit, so the first
 * that claims a row keeps it, and a row is left out where a wider row of the same or an earlier
 * rule holds all of its packets: the smallest precedence then always belongs to the first rule that
 * allows the packet.
 */
final class DirectionRows {
    /** Precedence of the first rule; tiers that go before NetworkPolicy have smaller ones. */
    static final int FIRST_PRECEDENCE = 0x0100_0000;

    /** Precedence of what an audited policy would deny: after every rule. */
    static final int AUDIT_PRECEDENCE = Integer.MAX_VALUE;

    private static final long MISSING = -1;

    private final Direction direction;
    private final List<PolicyRow> allows = new ArrayList<>();
    private final Long2LongHashMap ranks = new Long2LongHashMap(MISSING);
    private final Int2IntHashMap lengths = new Int2IntHashMap(0);

    DirectionRows(final Direction direction) {
        this.direction = direction;
    }

    /** The rows that follow belong to this rule. */
    void begin(final int rule) {
        allows.add(new PolicyRow(RowVerdict.ALLOW, rule, FIRST_PRECEDENCE + allows.size(), 0));
    }

    void allow(final int identity, final List<PortRows.Row> ports) {
        final int rank = allows.size() - 1;
        for (final PortRows.Row row : ports) {
            final long key =
                    RowSet.key(identity, direction, row.protocol(), row.length(), row.port());
            if (ranks.get(key) == MISSING) {
                ranks.put(key, rank);
                if (row.protocol() != 0) {
                    lengths.put(identity, lengths.get(identity) | 1 << row.length());
                }
            }
        }
    }

    /**
     * Adds the rows that are needed and the root of every peer that has any.
     *
     * @param auditRule if not 0, what no row allows is AUDIT by this rule
     */
    void addTo(final Long2ObjectHashMap<PolicyRow> rows, final int auditRule) {
        final Int2IntHashMap roots = new Int2IntHashMap(-1);
        ranks.forEachLong(
                (key, rank) -> {
                    if (!isCovered(key, rank)) {
                        final int identity = RowSet.identity(key);
                        final int bit = RowSet.protocol(key) == 0 ? 0 : 1 << RowSet.length(key);
                        roots.put(identity, Math.max(0, roots.get(identity)) | bit);
                        if (RowSet.protocol(key) != 0) {
                            rows.put(key, allows.get((int) rank));
                        }
                    }
                });
        if (auditRule != 0 && roots.get(IdentityInfo.ANY) < 0) {
            roots.put(IdentityInfo.ANY, 0);
        }
        roots.forEachInt(
                (identity, mask) -> {
                    final long key = RowSet.key(identity, direction, 0, 0, 0);
                    rows.put(key, root(key, mask, identity == 0 ? auditRule : 0));
                });
    }

    private PolicyRow root(final long key, final int mask, final int auditRule) {
        final long rank = ranks.get(key);
        if (rank != MISSING && !isCovered(key, rank)) {
            final PolicyRow allow = allows.get((int) rank);
            return new PolicyRow(allow.verdict(), allow.rule(), allow.precedence(), mask);
        }
        return auditRule == 0
                ? new PolicyRow(RowVerdict.NONE, 0, 0, mask)
                : new PolicyRow(RowVerdict.AUDIT, auditRule, AUDIT_PRECEDENCE, mask);
    }

    /** True when a wider row of the same or an earlier rule holds every packet of this one. */
    private boolean isCovered(final long key, final long rank) {
        final int identity = RowSet.identity(key);
        final int length = RowSet.length(key);
        if (RowSet.protocol(key) == 0) {
            return identity != IdentityInfo.ANY && wins(root(IdentityInfo.ANY), rank);
        }
        return wins(root(identity), rank)
                || isCoveredByPort(identity, key, (1 << length) - 1, rank)
                || identity != IdentityInfo.ANY
                        && (wins(root(IdentityInfo.ANY), rank)
                                || isCoveredByPort(
                                        IdentityInfo.ANY, key, (1 << length + 1) - 1, rank));
    }

    private boolean isCoveredByPort(
            final int identity, final long key, final int wanted, final long rank) {
        for (int left = lengths.get(identity) & wanted; left != 0; left &= left - 1) {
            final int length = Integer.numberOfTrailingZeros(left);
            final int port = RowSet.port(key) & ~(0xFFFF >>> length);
            if (wins(RowSet.key(identity, direction, RowSet.protocol(key), length, port), rank)) {
                return true;
            }
        }
        return false;
    }

    private long root(final int identity) {
        return RowSet.key(identity, direction, 0, 0, 0);
    }

    private boolean wins(final long wider, final long rank) {
        final long other = ranks.get(wider);
        return other != MISSING && other <= rank;
    }
}
