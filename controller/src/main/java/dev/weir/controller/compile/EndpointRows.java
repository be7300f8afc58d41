package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyRow;
import java.util.function.Function;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** Makes the rows of an endpoint, of both directions. */
final class EndpointRows {
    /** With more prefix lengths than this a look-up of the root, to ask only for some, pays. */
    private static final int MOST_LENGTHS = 3;

    private final RowSource source;
    private final Function<PreparedRule, PortRows> ports;
    private final Long2ObjectHashMap<PolicyRow> table = new Long2ObjectHashMap<>();

    private EndpointRows(final RowSource source, final Function<PreparedRule, PortRows> ports) {
        this.source = source;
        this.ports = ports;
    }

    /**
     * @param ports of a rule; several endpoints may be under it
     */
    static RowSet of(final RowSource source, final Function<PreparedRule, PortRows> ports) {
        return new EndpointRows(source, ports).make();
    }

    private RowSet make() {
        int lookups = add(Direction.INGRESS) | add(Direction.EGRESS);
        if (Integer.bitCount(lookups >>> PolicyFlags.LENGTHS) > MOST_LENGTHS) {
            lookups |= PolicyFlags.ASK_ROOTS;
            addRoots();
        }
        return RowSet.of(
                EndpointPolicy.of(
                        0, source.ingress().isolated(), source.egress().isolated(), lookups),
                table);
    }

    /** Returns {@link PolicyFlags} for the rows there can be. */
    private int add(final Direction direction) {
        final RowSource.OfDirection judged = source.of(direction);
        final DirectionRows rows = new DirectionRows(direction, judged.audits());
        int lookups = judged.auditDefault() ? PolicyFlags.of(PolicyFlags.ANY_ROOT, direction) : 0;
        for (final RowSource.Judge judge : judged.judges()) {
            for (final PreparedRule rule : judge.rules()) {
                lookups |= add(rows, direction, judge, rule);
            }
        }
        rows.addTo(table, judged.auditDefault(), judged.auditRule());
        return lookups;
    }

    private int add(
            final DirectionRows rows,
            final Direction direction,
            final RowSource.Judge judge,
            final PreparedRule rule) {
        rows.begin(rule.number(), rule.verdict(), judge.tier(), judge.enforced(), judge.audited());
        final PortRows rowsByPort = ports.apply(rule);
        rule.addTo(rows, direction, rowsByPort, source.ports(), source.others());
        return rule.lookups(direction, rowsByPort)
                | (judge.enforced() && rule.verdict() == RowVerdict.DENY
                        ? PolicyFlags.of(PolicyFlags.DENIES, direction)
                        : 0);
    }

    /** Every peer that has rows gets a root that says of which lengths. */
    private void addRoots() {
        final Long2LongHashMap lengths = new Long2LongHashMap(-1);
        table.forEachLong(
                (key, row) -> {
                    final long root =
                            RowSet.key(RowSet.identity(key), RowSet.direction(key), 0, 0, 0);
                    final long bit = RowSet.protocol(key) == 0 ? 0 : 1L << RowSet.length(key);
                    lengths.put(root, Math.max(0, lengths.get(root)) | bit);
                });
        lengths.forEachLong(
                (root, mask) -> {
                    final PolicyRow row = table.get(root);
                    table.put(
                            root,
                            row == null
                                    ? PolicyRow.root((int) mask)
                                    : row.withPrefixLengths((int) mask));
                });
    }
}
