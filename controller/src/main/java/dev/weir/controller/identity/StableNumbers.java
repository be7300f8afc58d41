package dev.weir.controller.identity;

import dev.weir.controller.collection.ArrayMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives each key the number it had before, and new keys numbers that nobody had lately: the search
 * goes on where it stopped and begins again only at the limit, so a number rests before it means
 * something else. Beyond the limit only when everything below is taken, so that the caller can
 * refuse with the count.
 */
public final class StableNumbers {
    private final Map<String, Integer> previous;
    private final ArrayMap.Editor<String, Integer> current;
    private final int first;
    private final int limit;
    private int next;
    private int overflow;
    private boolean tooMany;

    /** Every number that is or was taken; null until a new one is wanted. */
    private Set<Integer> taken;

    /** Nothing is asked for yet. */
    public StableNumbers(
            final Map<String, Integer> previous, final int first, final int limit, final int next) {
        this(previous, ArrayMap.empty(), first, limit, next);
    }

    /**
     * @param previous keys and numbers until now
     * @param asked those of {@code previous} that need not be asked for again
     * @param first lowest number
     * @param limit one more than the highest number wanted
     * @param next where to begin the search
     */
    public StableNumbers(
            final Map<String, Integer> previous,
            final ArrayMap<String, Integer> asked,
            final int first,
            final int limit,
            final int next) {
        this.previous = previous;
        this.current = asked.edit();
        this.first = first;
        this.limit = limit;
        this.next = next >= first && next < limit ? next : first;
        this.overflow = limit;
    }

    /** The number of {@code key}; always the same from now on. */
    public int of(final String key) {
        final Integer known = current.get(key);
        if (known != null) {
            return known;
        }
        final Integer before = previous.get(key);
        final int number = before != null ? before : tooMany ? beyond() : fresh();
        current.put(key, number);
        return number;
    }

    /** {@code key} takes over a number that another key had before. */
    public void keep(final String key, final int number) {
        current.put(key, number);
        taken().add(number);
    }

    /** Nobody asks for {@code key} any more, unless {@link #of} is called after this. */
    public void forget(final String key) {
        current.remove(key);
    }

    private Set<Integer> taken() {
        if (taken == null) {
            taken = new HashSet<>(previous.values());
        }
        return taken;
    }

    private int fresh() {
        int number = next;
        for (int tried = first; tried < limit && taken().contains(number); tried++) {
            number = following(number);
        }
        if (taken().contains(number)) {
            tooMany = true;
            return beyond();
        }
        taken().add(number);
        next = following(number);
        return number;
    }

    private int beyond() {
        while (!taken().add(overflow)) {
            overflow++;
        }
        return overflow;
    }

    private int following(final int number) {
        return number + 1 < limit ? number + 1 : first;
    }

    /** Keys that were asked for, and their numbers. */
    public ArrayMap<String, Integer> current() {
        return current.build();
    }

    /** Where the next search is to begin. */
    public int next() {
        return next;
    }
}
