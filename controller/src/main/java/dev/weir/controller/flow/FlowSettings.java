package dev.weir.controller.flow;

import dev.weir.dataplane.table.ControlTable.Timeouts;

/**
 * Settings of the flow side.
 *
 * @param node name in the records
 * @param sweepMillis time between two readings of the kernel's tables while there is traffic
 * @param memoryBytes what open and ended flows may take, at least 1 MiB
 * @param reportMillis an open flow that goes on is streamed again after so long
 * @param timeouts after which an idle flow has expired; those of the datapath
 */
public record FlowSettings(
        String node, long sweepMillis, long memoryBytes, long reportMillis, Timeouts timeouts) {
    public FlowSettings {
        atLeast("flows.sweepMillis", sweepMillis, 10);
        atLeast("flows.memoryBytes", memoryBytes, 1 << 20);
        atLeast("flows.reportMillis", reportMillis, 100);
    }

    /** The defaults of the settings file. */
    public static FlowSettings defaults(final String node) {
        return new FlowSettings(node, 1_000, 32 << 20, 10_000, Timeouts.defaults());
    }

    private static void atLeast(final String name, final long value, final long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
