package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.compile.StateDiff;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a change fits the tables, asked before anything is written: old and new rows stand side
 * by side for a moment, so both must.
 *
 * @param what is being written, for the message
 * @param before what the tables hold
 * @param after what they are to hold
 * @param diff from the one to the other
 */
record TableRoom(String what, CompiledState before, CompiledState after, StateDiff diff) {
    /**
     * Asks all tables.
     *
     * @throws ControllerException 422 with the numbers of the first that is too small
     */
    void check(final Datapath datapath) {
        final StateDiff.Need need = diff.need();
        check("policy", "rows", need.policyRows(), before.rows(), datapath.policies().capacity());
        check(
                "peers",
                "addresses",
                need.peers(),
                before.peers().size(),
                datapath.peers().capacity());
        final int prefixes = datapath.cidrs().capacity();
        check("cidrs", "IPv4 prefixes", need.cidrsV4(), before.prefixes(true), prefixes);
        check("cidrs", "IPv6 prefixes", need.cidrsV6(), before.prefixes(false), prefixes);
        check("rules", "rules", need.rules(), before.rules().size(), datapath.rules() - 1);
    }

    private void check(
            final String table,
            final String entries,
            final int need,
            final int held,
            final int limit) {
        if (need > limit) {
            throw ControllerException.invalid(
                    "tables." + table,
                    what
                            + " does not fit: table "
                            + table
                            + " needs "
                            + (need - held)
                            + " more "
                            + entries
                            + " while the change is made ("
                            + Math.max(0, limit - held)
                            + " free, limit: "
                            + limit
                            + (table.equals("policy") ? largest() : "")
                            + "; raise tables."
                            + table
                            + " in the settings, or write a smaller policy)");
        }
    }

    /** The policy that most of the new rows are for. */
    private String largest() {
        final Map<String, Integer> rows = new TreeMap<>();
        diff.rows()
                .values()
                .forEach(
                        row -> {
                            final int number = row.rule() == 0 ? row.auditRule() : row.rule();
                            final RuleRef rule = after.rules().get(number);
                            if (rule != null) {
                                rows.merge(rule.policy(), 1, Integer::sum);
                            }
                        });
        return rows.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> "; " + most.getValue() + " of them for policy " + most.getKey())
                .orElse("");
    }
}
