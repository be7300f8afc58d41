package dev.weir.controller.store;

import java.util.List;

/**
 * What a start finds on disk.
 *
 * @param objects all that could be read
 * @param damaged what could not
 */
public record LoadedState(List<StoredObject> objects, List<DamagedFile> damaged) {
    public LoadedState {
        objects = List.copyOf(objects);
        damaged = List.copyOf(damaged);
    }

    /** The objects of one kind. */
    public List<StoredObject> of(final ObjectKind kind) {
        return objects.stream().filter(each -> each.kind() == kind).toList();
    }
}
