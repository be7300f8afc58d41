package dev.weir.controller.cost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What this process takes of the machine.
 *
 * @param cpu time since it began
 * @param residentBytes of memory, 0 when {@code /proc} does not say
 * @param heapBytes of Java objects, garbage among them
 * @param threads of the JVM
 * @param openFiles descriptors
 */
public record ProcessUsage(
        Duration cpu, long residentBytes, long heapBytes, int threads, int openFiles) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** As it is now. */
    public static ProcessUsage read() {
        final Runtime runtime = Runtime.getRuntime();
        return new ProcessUsage(
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO),
                statusLine("VmRSS:") * 1_024,
                runtime.totalMemory() - runtime.freeMemory(),
                (int) statusLine("Threads:"),
                openFileCount());
    }

    private static long statusLine(final String name) {
        try {
            for (final String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
                }
            }
        } catch (final IOException e) {
            return 0;
        }
        return 0;
    }

    private static int openFileCount() {
        final String[] names = DESCRIPTORS.toFile().list();
        return names == null ? 0 : names.length;
    }
}
