package dev.weir.controller.collection;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * An immutable map in two arrays, ascending by key. The next version ({@link #edit}) has the same
 * objects for all that stays, so {@link #compare} mostly looks at references; 8 bytes an entry
 * where a tree takes 40. Keys and values are never null.
 *
 * @param <K> key
 * @param <V> value
 */
public final class ArrayMap<K extends Comparable<? super K>, V> extends AbstractMap<K, V> {
    private static final ArrayMap<?, ?> EMPTY =
            new ArrayMap<String, Object>(new String[0], new Object[0]);

    private final K[] keys;
    private final V[] values;

    private ArrayMap(final K[] keys, final V[] values) {
        this.keys = keys;
        this.values = values;
    }

    @SuppressWarnings("unchecked") // it has neither keys nor values
    public static <K extends Comparable<? super K>, V> ArrayMap<K, V> empty() {
        return (ArrayMap<K, V>) EMPTY;
    }

    /** The very map if it is one of these. */
    @SuppressWarnings("unchecked") // immutable, and the entries are of these types
    public static <K extends Comparable<? super K>, V> ArrayMap<K, V> copyOf(final Map<K, V> map) {
        if (map instanceof ArrayMap<?, ?>) {
            return (ArrayMap<K, V>) map;
        }
        final Editor<K, V> editor = ArrayMap.<K, V>empty().edit();
        map.forEach(editor::put);
        return editor.build();
    }

    /** Hears of each key at which two maps differ. */
    @FunctionalInterface
    public interface Difference<K, V> {
        /**
         * @param before null if the key is new
         * @param after null if the key is gone
         */
        void at(K key, V before, V after);
    }

    /** Tells {@code difference} all keys of which the maps do not say the same; ascending. */
    public static <K extends Comparable<? super K>, V> void compare(
            final ArrayMap<K, V> before,
            final ArrayMap<K, V> after,
            final Difference<? super K, ? super V> difference) {
        int i = 0;
        int j = 0;
        while (before != after && (i < before.keys.length || j < after.keys.length)) {
            final int order = order(before, i, after, j);
            if (order < 0) {
                difference.at(before.keys[i], before.values[i], null);
                i++;
            } else if (order > 0) {
                difference.at(after.keys[j], null, after.values[j]);
                j++;
            } else {
                if (!same(before.values[i], after.values[j])) {
                    difference.at(after.keys[j], before.values[i], after.values[j]);
                }
                i++;
                j++;
            }
        }
    }

    private static <K extends Comparable<? super K>, V> int order(
            final ArrayMap<K, V> before, final int i, final ArrayMap<K, V> after, final int j) {
        if (i == before.keys.length) {
            return 1;
        }
        if (j == after.keys.length) {
            return -1;
        }
        return before.keys[i] == after.keys[j] ? 0 : before.keys[i].compareTo(after.keys[j]);
    }

    private static boolean same(final Object one, final Object other) {
        return one == other || one.equals(other);
    }

    /** Changes of this map, to be {@linkplain Editor#build built} into another one. */
    public Editor<K, V> edit() {
        return new Editor<>(this);
    }

    @Override
    public int size() {
        return keys.length;
    }

    /** Place of {@code key} or, if it is not there, of the next one after it. */
    public int ceiling(final K key) {
        final int found = Arrays.binarySearch(keys, key);
        return found >= 0 ? found : -found - 1;
    }

    /** The key at a place, from 0 to {@link #size()} - 1. */
    public K keyAt(final int place) {
        return keys[place];
    }

    /** The value at a place. */
    public V valueAt(final int place) {
        return values[place];
    }

    @Override
    public V get(final Object key) {
        final int found = Arrays.binarySearch(keys, key);
        return found >= 0 ? values[found] : null;
    }

    @Override
    public boolean containsKey(final Object key) {
        return Arrays.binarySearch(keys, key) >= 0;
    }

    @Override
    public void forEach(final BiConsumer<? super K, ? super V> action) {
        for (int i = 0; i < keys.length; i++) {
            action.accept(keys[i], values[i]);
        }
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return keys.length;
            }

            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Entries();
            }
        };
    }

    @Override
    public boolean equals(final Object other) {
        if (other == this || !(other instanceof ArrayMap<?, ?> map)) {
            return other == this || super.equals(other);
        }
        if (map.keys.length != keys.length) {
            return false;
        }
        for (int i = 0; i < keys.length; i++) {
            if (!same(keys[i], map.keys[i]) || !same(values[i], map.values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    private final class Entries implements Iterator<Map.Entry<K, V>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < keys.length;
        }

        @Override
        public Map.Entry<K, V> next() {
            if (next == keys.length) {
                throw new NoSuchElementException();
            }
            final int place = next++;
            return Map.entry(keys[place], values[place]);
        }
    }

    /** What is to differ from a map; its map stays as it is. */
    public static final class Editor<K extends Comparable<? super K>, V> {
        private final ArrayMap<K, V> base;

        /** Key to new value; null = the key is removed. */
        private final TreeMap<K, V> changes = new TreeMap<>();

        private Editor(final ArrayMap<K, V> base) {
            this.base = base;
        }

        /** What the next map has at {@code key} so far; null if nothing. */
        public V get(final K key) {
            final V changed = changes.get(key);
            return changed != null || changes.containsKey(key) ? changed : base.get(key);
        }

        public void put(final K key, final V value) {
            changes.put(key, value);
        }

        public void remove(final K key) {
            changes.put(key, null);
        }

        /** The next map: the very one that was edited if it says the same. */
        public ArrayMap<K, V> build() {
            int size = base.size();
            for (final Iterator<Map.Entry<K, V>> each = changes.entrySet().iterator();
                    each.hasNext(); ) {
                final Map.Entry<K, V> change = each.next();
                final V old = base.get(change.getKey());
                final V now = change.getValue();
                if (old == now || old != null && old.equals(now)) {
                    each.remove(); // what stays is to be the same object
                }
                size += (now == null ? 0 : 1) - (old == null ? 0 : 1);
            }
            if (changes.isEmpty()) {
                return base;
            }
            return size == 0 ? empty() : merged(size);
        }

        @SuppressWarnings("unchecked") // only keys and values of these types are put in
        private ArrayMap<K, V> merged(final int size) {
            final K[] keys = (K[]) new Comparable<?>[size];
            final V[] values = (V[]) new Object[size];
            int from = 0;
            int to = 0;
            for (final Map.Entry<K, V> change : changes.entrySet()) {
                final int place = base.ceiling(change.getKey());
                System.arraycopy(base.keys, from, keys, to, place - from);
                System.arraycopy(base.values, from, values, to, place - from);
                to += place - from;
                final boolean replaces =
                        place < base.size() && base.keys[place].compareTo(change.getKey()) == 0;
                from = replaces ? place + 1 : place;
                if (change.getValue() != null) {
                    // The old key, if there is one: equal keys are to be the same object.
                    keys[to] = replaces ? base.keys[place] : change.getKey();
                    values[to++] = change.getValue();
                }
            }
            System.arraycopy(base.keys, from, keys, to, base.size() - from);
            System.arraycopy(base.values, from, values, to, base.size() - from);
            return new ArrayMap<>(keys, values);
        }
    }
}
