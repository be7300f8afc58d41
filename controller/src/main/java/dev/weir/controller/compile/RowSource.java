package dev.weir.controller.compile;

import dev.weir.controller.compile.RankedRule.Tier;
import dev.weir.dataplane.layout.Direction;
import java.util.List;
import java.util.Map;

/**
 * Everything that the rows of an endpoint follow from: equal sources, equal rows.
 *
 * @param ingress what judges what comes in
 * @param egress what judges what goes out
 * @param ports of the endpoint, by name
 * @param others workload of every identity that is an endpoint's; empty if no rule needs it
 */
record RowSource(
        OfDirection ingress,
        OfDirection egress,
        List<NamedPort> ports,
        Map<Integer, Workload> others) {
    /**
     * One direction's.
     *
     * @param isolated nothing passes without a rule
     * @param audits an audit side is wanted
     * @param judges in the order in which they decide
     * @param auditDefault the audit side denies what no rule allows
     * @param auditRule number to name then, 0 = whatever passed it there
     */
    record OfDirection(
            boolean isolated,
            boolean audits,
            List<Judge> judges,
            boolean auditDefault,
            int auditRule) {
        OfDirection {
            judges = List.copyOf(judges);
        }

        /** True when the rows depend on the ports that other endpoints have names for. */
        boolean needsOthers(final Direction direction) {
            return judges.stream()
                    .flatMap(judge -> judge.rules.stream())
                    .anyMatch(rule -> rule.needsOthers(direction));
        }
    }

    /**
     * A policy at its place.
     *
     * @param enforced it is enforced
     * @param audited it counts on the audit side
     */
    record Judge(List<PreparedRule> rules, Tier tier, boolean enforced, boolean audited) {}

    OfDirection of(final Direction direction) {
        return direction == Direction.INGRESS ? ingress : egress;
    }
}
