package dev.weir.controller.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One change to what is on disk.
 *
 * @param kind which folder
 * @param key of the object
 * @param object as it shall be; empty removes it
 */
public record StateChange(ObjectKind kind, String key, Optional<StoredObject> object) {
    /** Writes or overwrites. */
    public static StateChange write(final StoredObject object) {
        return new StateChange(object.kind(), object.key(), Optional.of(object));
    }

    /** Removes; fine when it is not there. */
    public static StateChange remove(final ObjectKind kind, final String key) {
        return new StateChange(kind, key, Optional.empty());
    }

    /** Which object it is; what it becomes does not count. */
    record Id(ObjectKind kind, String key) {}

    Id id() {
        return new Id(kind, key);
    }

    /** One change an object: the later one where both have it. */
    static List<StateChange> merge(final List<StateChange> earlier, final List<StateChange> later) {
        final Map<Id, StateChange> all = new LinkedHashMap<>();
        Stream.concat(earlier.stream(), later.stream()).forEach(each -> all.put(each.id(), each));
        return List.copyOf(all.values());
    }
}
