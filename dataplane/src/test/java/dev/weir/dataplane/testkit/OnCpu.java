package dev.weir.dataplane.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the calling thread on one CPU until closed, so that what it runs meets one CPU's tables.
 * Close it on the same thread.
 */
public final class OnCpu implements AutoCloseable {
    private final String thread;
    private final String before;

    private OnCpu(final String thread, final String before) {
        this.thread = thread;
        this.before = before;
    }

    /** From here on the calling thread runs on {@code cpu} only. */
    public static OnCpu pin(final int cpu) {
        try {
            final Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            final String before =
                    Files.readAllLines(Path.of("/proc").resolve(self).resolve("status")).stream()
                            .filter(line -> line.startsWith("Cpus_allowed_list:"))
                            .map(line -> line.substring(line.indexOf(':') + 1).strip())
                            .findFirst()
                            .orElseThrow();
            final OnCpu pinned = new OnCpu(self.getFileName().toString(), before);
            pinned.allow(Integer.toString(cpu));
            return pinned;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        allow(before);
    }

    private void allow(final String cpus) {
        Netns.host("taskset", "-pc", cpus, thread);
    }
}
