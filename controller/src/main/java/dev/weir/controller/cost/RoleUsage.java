package dev.weir.controller.cost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * CPU of the threads that do one thing; what is gone with a thread that ended is in {@code
 * ProcessUsage} only.
 *
 * @param role such as {@code flow-sweep}
 * @param threads that live now
 * @param cpuSeconds theirs
 */
public record RoleUsage(String role, int threads, double cpuSeconds) {
    private static final Path TASKS = Path.of("/proc/self/task");

    /** {@code USER_HZ}, the same on every Linux that Java runs on. */
    private static final double TICKS = 100;

    /** After the command's closing parenthesis: state is field 0, utime 11, stime 12. */
    private static final int USER_TIME = 11;

    /** By role; sorted. Reads a file a thread. */
    public static List<RoleUsage> read() {
        final Map<String, RoleUsage> roles = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (final Path task : tasks) {
                final RoleUsage one = of(task);
                if (one != null) {
                    roles.merge(one.role, one, RoleUsage::plus);
                }
            }
        } catch (final IOException e) {
            return List.of();
        }
        return new ArrayList<>(roles.values());
    }

    private RoleUsage plus(final RoleUsage other) {
        return new RoleUsage(role, threads + other.threads, cpuSeconds + other.cpuSeconds);
    }

    private static RoleUsage of(final Path task) {
        final String stat;
        try {
            stat = new String(Files.readAllBytes(task.resolve("stat")), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return null; // it has ended
        }
        final int open = stat.indexOf('(');
        final int close = stat.lastIndexOf(')');
        final String[] fields = stat.substring(close + 2).split(" ");
        final long ticks =
                Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        return new RoleUsage(role(stat.substring(open + 1, close)), 1, ticks / TICKS);
    }

    /** What a thread of that name does; the kernel keeps 15 characters of it. */
    static String role(final String thread) {
        if (thread.startsWith("export-")) {
            return "export";
        }
        if (thread.startsWith("weir-rest") || thread.startsWith("HttpClient")) {
            return thread.startsWith("weir") ? "rest" : "export";
        }
        if (thread.startsWith("C1 ") || thread.startsWith("C2 ") || thread.startsWith("Sweeper")) {
            return "jvm-compiler";
        }
        if (thread.equals("VM Thread") || thread.startsWith("GC ") || thread.startsWith("G1 ")) {
            return "jvm-memory";
        }
        return thread.startsWith("flow") || thread.startsWith("appl") || thread.startsWith("host")
                ? thread
                : "other";
    }
}
