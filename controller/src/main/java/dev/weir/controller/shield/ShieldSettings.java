package dev.weir.controller.shield;

/**
 * Settings of the shield.
 *
 * @param packetsPerSecond denied packets a second on one CPU from which {@code auto} attaches
 * @param calmMillis how long the rate must stay below half of that before it is taken off
 * @param intervalMillis time between two looks at the counters
 */
public record ShieldSettings(
        ShieldMode mode, long packetsPerSecond, long calmMillis, long intervalMillis) {
    public ShieldSettings {
        atLeast("xdp.packetsPerSecond", packetsPerSecond, 2);
        atLeast("xdp.calmMillis", calmMillis, 0);
        atLeast("xdp.intervalMillis", intervalMillis, 10);
    }

    /** The defaults of the settings file. */
    public static ShieldSettings defaults(final ShieldMode mode) {
        return new ShieldSettings(mode, 600_000, 5_000, 1_000);
    }

    private static void atLeast(final String name, final long value, final long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
