package dev.weir.controller.conflist;

import dev.weir.controller.thread.Daemons;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the plugin's entry in the files of CNI networks: puts it back, at an ever slower pace,
 * where another program rewrites a file without it. Looks at each change of a file's folder.
 */
public final class ConflistKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConflistKeeper.class);

    /** A look without any event: a folder may have come, and a file may be a link to elsewhere. */
    private static final long ROUND = TimeUnit.SECONDS.toNanos(30);

    /** A file that is being written is left in peace until nothing happened for so long. */
    private static final long QUIET_MILLIS = 50;

    private static final int MOST_QUIET_WAITS = 20;
    private static final Duration END = Duration.ofSeconds(5);

    private final List<KeptConflist> kept;
    private final Map<Path, WatchKey> folders = new HashMap<>();
    private WatchService watch;
    private Thread thread;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param entry the plugin's, a JSON object, where the file has shown none yet
     */
    public ConflistKeeper(final List<Path> files, final String entry) {
        kept = files.stream().map(path -> new KeptConflist(new ConflistFile(path), entry)).toList();
    }

    /**
     * Looks at each file and goes on watching.
     *
     * @throws IOException if the host has no more inotify instances
     */
    public void start() throws IOException {
        if (kept.isEmpty()) {
            return;
        }
        watch = FileSystems.getDefault().newWatchService();
        thread = Daemons.named("weir-conflist").newThread(this::run);
        thread.start();
    }

    /** One for each file, in their order; for any thread. */
    public List<KeptFile> status() {
        return kept.stream().map(KeptConflist::status).toList();
    }

    private void run() {
        try {
            while (true) {
                register();
                long wait = ROUND;
                for (final KeptConflist each : kept) {
                    wait = Math.min(wait, each.look(System.nanoTime()));
                }
                settle(watch.poll(wait, TimeUnit.NANOSECONDS));
            }
        } catch (final ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("files of CNI networks are kept no longer");
        }
    }

    /** Folders that are watched already stay so; one that is not there has its turn next round. */
    private void register() {
        for (final KeptConflist each : kept) {
            final Path folder = each.file().path().getParent();
            folders.computeIfAbsent(
                    folder,
                    path -> {
                        try {
                            return path.register(
                                    watch,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE);
                        } catch (final IOException e) {
                            LOG.debug("{}: not watched: {}", path, e.toString());
                            return null;
                        }
                    });
        }
    }

    private void settle(final WatchKey first) throws InterruptedException {
        WatchKey key = first;
        for (int i = 0; key != null && i < MOST_QUIET_WAITS; i++) {
            key.pollEvents();
            if (!key.reset()) {
                folders.values().remove(key);
            }
            key = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (key != null) {
            key.reset(); // Its events still stand: the next poll gives it again.
        }
    }

    /** No file is touched once this has returned. Twice is fine. */
    @Override
    public void close() throws IOException {
        if (thread == null) {
            return;
        }
        watch.close();
        try {
            thread.join(END.toMillis());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
