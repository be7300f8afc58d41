package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.store.ObjectKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * The last changes of objects in order: bounded, so that who reads too slowly finds that what comes
 * next is gone. Written by the applier, read from any thread.
 */
public final class ChangeLog {
    /** Changes kept. */
    private static final int MOST_CHANGES = 4_096;

    /** JSON values in the objects of all changes kept: about 50 MiB if they are held only here. */
    private static final int MOST_VALUES = 500_000;

    /**
     * One change.
     *
     * @param version resource version of the write; larger than that of the change before
     * @param key of the object in its kind
     * @param before null when there was none
     * @param after null when it was removed
     */
    public record Change(
            long version, ObjectKind kind, String key, JsonNode before, JsonNode after) {
        int values() {
            return ChangeLog.values(after == null ? before : after);
        }
    }

    private final Deque<Change> kept = new ArrayDeque<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final LongAdder cut = new LongAdder();
    private int values;
    private long lostVersion;

    /**
     * Knows of no change yet.
     *
     * @param version last resource version given: what happened up to here is not known
     */
    public ChangeLog(final long version) {
        lostVersion = version;
    }

    /** Adds a change; those who listen are told by {@link #announce}. */
    public synchronized void append(final Change change) {
        kept.addLast(change);
        values += change.values();
        while (kept.size() > MOST_CHANGES || values > MOST_VALUES && kept.size() > 1) {
            final Change oldest = kept.removeFirst();
            values -= oldest.values();
            lostVersion = oldest.version();
        }
    }

    /** Version of the last change, 0 if there was none: it may not be in a snapshot yet. */
    public synchronized long newest() {
        return kept.isEmpty() ? 0 : kept.getLast().version();
    }

    /** Wakes all who listen. */
    public void announce() {
        listeners.forEach(Runnable::run);
    }

    /** {@code ready} is run on any thread after changes, until {@link #forget}. */
    public void listen(final Runnable ready) {
        listeners.add(ready);
    }

    /** Ends {@link #listen}. */
    public void forget(final Runnable ready) {
        listeners.remove(ready);
    }

    /** Counts a reader that was too slow: what it would have read next is gone. */
    public void countCut() {
        cut.increment();
    }

    /** Readers that were too slow or came too late, since the start. */
    public long cut() {
        return cut.sum();
    }

    /** How many listen. */
    public int listeners() {
        return listeners.size();
    }

    /**
     * At most so many changes after {@code version}, oldest first; empty when some of them are not
     * known any more.
     */
    public synchronized Optional<List<Change>> after(final long version, final int most) {
        if (version < lostVersion) {
            return Optional.empty();
        }
        final Deque<Change> changes = new ArrayDeque<>();
        // From the end: who reads is mostly a few changes behind.
        for (final Iterator<Change> newest = kept.descendingIterator(); newest.hasNext(); ) {
            final Change change = newest.next();
            if (change.version() <= version) {
                break;
            }
            changes.addFirst(change);
        }
        return Optional.of(changes.stream().limit(most).toList());
    }

    private static int values(final JsonNode node) {
        int values = 1;
        for (final JsonNode element : node) {
            values += values(element);
        }
        return values;
    }
}
