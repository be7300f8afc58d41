package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.RowVerdict;

/**
 * Value of a policy row ({@code struct weir_policy_row}): what is enforced, and what would be if
 * the audited policies were as well.
 *
 * @param verdict what the row says
 * @param rule number of the rule that packets are counted for
 * @param precedence the smaller of the peer's row and of any peer's decides
 * @param auditVerdict what it would say
 * @param auditRule number of the rule that would; with {@code NONE} the one to name if the default
 *     would deny, 0 = none
 * @param auditPrecedence likewise
 * @param prefixLengths roots only: bit n is set when rows with port prefix length n exist
 * @param last no row for any peer can have the smaller precedence
 */
public record PolicyRow(
        RowVerdict verdict,
        int rule,
        int precedence,
        RowVerdict auditVerdict,
        int auditRule,
        int auditPrecedence,
        int prefixLengths,
        boolean last) {
    /** A root row that says nothing but which port prefix lengths the peer has. */
    public static PolicyRow root(final int prefixLengths) {
        return enforced(RowVerdict.NONE, 0, 0).withPrefixLengths(prefixLengths);
    }

    /** Without an audit side. */
    public static PolicyRow enforced(
            final RowVerdict verdict, final int rule, final int precedence) {
        return new PolicyRow(verdict, rule, precedence, RowVerdict.NONE, 0, 0, 0, false);
    }

    /** With an audit side only: nothing is enforced. */
    public static PolicyRow audited(
            final RowVerdict verdict, final int rule, final int precedence) {
        return new PolicyRow(RowVerdict.NONE, 0, 0, verdict, rule, precedence, 0, false);
    }

    public PolicyRow withPrefixLengths(final int lengths) {
        return new PolicyRow(
                verdict, rule, precedence, auditVerdict, auditRule, auditPrecedence, lengths, last);
    }
}
