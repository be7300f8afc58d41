package dev.weir.controller.truth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * While it is open, a timer runs on the CPU that set it, also if that is idle: another one would
 * send again what it never saw sent ({@code kernel.timer_migration},
 * Documentation/admin-guide/sysctl).
 */
final class TimersStay implements AutoCloseable {
    private static final Path SETTING = Path.of("/proc/sys/kernel/timer_migration");

    private final String before;

    private TimersStay(final String before) {
        this.before = before;
    }

    static TimersStay open() throws IOException {
        final TimersStay open = new TimersStay(Files.readString(SETTING));
        Files.writeString(SETTING, "0");
        return open;
    }

    @Override
    public void close() throws IOException {
        Files.writeString(SETTING, before);
    }
}
