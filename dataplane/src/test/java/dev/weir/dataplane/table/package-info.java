/**
 * In-memory twins of the tables, and the contract suites that they and the kernel's pass alike.
 *
 * <p>Start at {@link dev.weir.dataplane.table.PolicyTableContract}.
 */
package dev.weir.dataplane.table;
