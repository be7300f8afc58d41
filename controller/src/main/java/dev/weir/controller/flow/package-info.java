/**
 * Counters of the kernel to flow records: sweep, ledger, names, filters, subscribers, container
 * statistics. Start at {@code FlowSweep}. Depends on {@code dataplane} (layout, table, event,
 * clock), {@code compile} and {@code endpoint}.
 */
package dev.weir.controller.flow;
