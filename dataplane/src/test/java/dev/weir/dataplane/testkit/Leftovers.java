package dev.weir.dataplane.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the tests make that outlives their JVM, on record before it is made. When the JVM ends, by a
 * signal too, {@code tests/leftovers.sh} removes what is still on record; when it is killed, {@code
 * test.sh} has the same done.
 */
public final class Leftovers {
    private static final String SCRIPT = "tests/leftovers.sh";

    private final Path folder;
    private boolean closed;

    /** What the script can remove. */
    enum Kind {
        NETNS,
        BPFFS
    }

    /** How something is made. */
    @FunctionalInterface
    public interface Making<E extends Exception> {
        void run() throws E;
    }

    /** On first use: only a JVM that makes something needs the hook. */
    private static final class Own {
        private static final Leftovers INSTANCE = new Leftovers(ownFolder());

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "leftovers"));
        }
    }

    Leftovers(final Path folder) {
        this.folder = folder;
    }

    /** Of this JVM. */
    static Leftovers own() {
        return Own.INSTANCE;
    }

    private static Path ownFolder() {
        final ProcessHandle self = ProcessHandle.current();
        try {
            final String stat = Files.readString(Path.of("/proc/self/stat"));
            final String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
            return Path.of(System.getProperty("basedir", ""))
                    .resolve("target/leftovers/" + self.pid() + "-" + start)
                    .toAbsolutePath();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Records and then makes; nothing is made any more once the JVM ends. What could not be made
     * stays on record: it may be there in part.
     */
    synchronized <E extends Exception> void make(
            final Kind kind, final List<String> names, final Making<E> making) throws E {
        if (closed) {
            throw new IllegalStateException("the tests were interrupted");
        }
        try {
            Files.createDirectories(folder);
            for (final String name : names) {
                Files.writeString(record(kind, name), name + "\n");
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        making.run();
    }

    /** It is gone. */
    void forget(final Kind kind, final List<String> names) {
        try {
            for (final String name : names) {
                Files.deleteIfExists(record(kind, name));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes what is on record, after which nothing can be made. */
    synchronized void close() {
        closed = true;
        if (!Files.exists(folder)) {
            return;
        }
        try {
            new ProcessBuilder("bash", script().toString(), folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Maven runs tests in the module's folder. */
    static Path script() {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve(SCRIPT))) {
            root = root.getParent();
        }
        if (root == null) {
            throw new IllegalStateException(SCRIPT + ": in no folder above this one");
        }
        return root.resolve(SCRIPT);
    }

    private Path record(final Kind kind, final String name) {
        return folder.resolve(
                kind.name().toLowerCase(Locale.ROOT)
                        + ":"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8));
    }
}
