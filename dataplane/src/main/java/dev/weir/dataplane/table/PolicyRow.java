package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.RowVerdict;

/**
 * Value of a policy row ({@code struct weir_policy_row}).
 *
 * @param verdict what the row says
 * @param rule number of the rule that packets are counted for
 * @param precedence the smallest of all matching rows decides
 * @param prefixLengths root rows only: bit n is set when rows with port prefix length n exist
 */
public record PolicyRow(RowVerdict verdict, int rule, int precedence, int prefixLengths) {}
