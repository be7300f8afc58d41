package dev.weir.controller.store;

import java.util.Optional;

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
}
