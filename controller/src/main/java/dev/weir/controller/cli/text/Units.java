package dev.weir.controller.cli.text;

/** Numbers for people: three significant digits and a unit. */
public final class Units {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};
    private static final String[] TIME = {"ns", "µs", "ms", "s"};

    private Units() {}

    /** {@code 1536} is {@code 1.5KiB}. */
    public static String bytes(final long bytes) {
        return scaled(bytes, 1024, BINARY);
    }

    /** {@code 1500} is {@code 1.5k}; below 1000 the number itself. */
    public static String count(final double count) {
        return scaled(count, 1000, DECIMAL);
    }

    /** {@code 81000} nanoseconds are {@code 81µs}. */
    public static String nanos(final long nanos) {
        return scaled(nanos, 1000, TIME);
    }

    /** Seconds as {@code 3d4h}, {@code 2h5m}, {@code 4m10s} or {@code 12s}. */
    public static String age(final long seconds) {
        if (seconds < 60) {
            return Math.max(0, seconds) + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + rest(seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h" + rest(seconds % 3600 / 60, "m");
        }
        return seconds / 86_400 + "d" + rest(seconds % 86_400 / 3600, "h");
    }

    private static String rest(final long value, final String unit) {
        return value == 0 ? "" : value + unit;
    }

    private static String scaled(final double value, final int base, final String[] units) {
        double rest = value;
        int unit = 0;
        while (Math.abs(rest) >= base - 0.5 && unit < units.length - 1) {
            rest /= base;
            unit++;
        }
        return digits(rest) + units[unit];
    }

    /** One decimal below ten, none above; written by hand, for a formatter costs milliseconds. */
    private static String digits(final double value) {
        final long tenths = Math.round(value * 10);
        if (Math.abs(value) < 10 && tenths % 10 != 0) {
            return (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10;
        }
        return Long.toString(Math.round(value));
    }
}
