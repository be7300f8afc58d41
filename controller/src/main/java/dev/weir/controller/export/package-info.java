/**
 * Flow records on their way out: one subscription, told apart into reports with deltas, and handed
 * to bounded queues, one thread a sink. Start at {@code FlowExport}. Depends on {@code flow}.
 */
package dev.weir.controller.export;
