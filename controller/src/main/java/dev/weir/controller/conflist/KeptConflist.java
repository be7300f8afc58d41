package dev.weir.controller.conflist;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file that is kept, looked at by one thread; {@link #status} is for any. */
final class KeptConflist {
    /** Nothing to do before the file changes. */
    static final long NEVER = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(KeptConflist.class);
    private static final long WRITERS_TURN = TimeUnit.MILLISECONDS.toNanos(100);

    private final ConflistFile file;
    private final Pace pace = new Pace();

    /** As last seen in the file, with what others wrote into it (labels); else the default. */
    private String entry;

    private volatile KeptFile status;

    /** The state whose problem was logged last; empty where there is none. */
    private String told = "";

    KeptConflist(final ConflistFile file, final String entry) {
        this.file = file;
        this.entry = entry;
        this.status = new KeptFile(file.path().toString(), "missing", 0);
    }

    ConflistFile file() {
        return file;
    }

    KeptFile status() {
        return status;
    }

    /**
     * Puts the entry back if it is missing and its turn has come.
     *
     * @param now {@code System.nanoTime()}
     * @return nanoseconds until the next look, {@link #NEVER} where only a change calls for one
     */
    long look(final long now) {
        try {
            final Conflist network = file.read();
            if (network.has()) {
                entry = network.entry();
                is("chained", "");
                return NEVER;
            }
            if (pace.remaining(now) > 0) {
                is("unchained", "");
                return pace.remaining(now);
            }
            if (!file.replace(network, network.with(entry))) {
                is("unchained", "");
                return WRITERS_TURN;
            }
            putBack(now);
        } catch (final NoSuchFileException e) {
            is("missing", "it is not there (expected: a CNI network's file)");
        } catch (final IOException e) {
            is("unreadable", "left alone, for it cannot be changed: " + oneLine(e));
        }
        return NEVER;
    }

    private void putBack(final long now) {
        pace.done(now);
        status = new KeptFile(status.file(), "chained", status.putBack() + 1);
        told = "";
        LOG.warn(
                "{}: weir-cni was not in its chain; put back (time {} since the start, again in"
                        + " {} s at the earliest)",
                status.file(),
                status.putBack(),
                TimeUnit.NANOSECONDS.toSeconds(pace.delay()));
    }

    private void is(final String state, final String problem) {
        status = new KeptFile(status.file(), state, status.putBack());
        if (!problem.isEmpty() && !state.equals(told)) {
            LOG.warn("{}: {}", status.file(), problem);
        }
        told = problem.isEmpty() ? "" : state;
    }

    private static String oneLine(final IOException e) {
        return e.toString().replaceAll("\\s+", " ");
    }
}
