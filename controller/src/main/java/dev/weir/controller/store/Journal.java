package dev.weir.controller.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes several changes one: a file of the state directory that holds all of them while they are
 * carried out. Once it has its name, the next start carries out what is missing; before that, none
 * of them has begun. One thread at a time.
 *
 * <p>The file is one of {@link StateFile}'s, its object a list of {@code {"folder", "key",
 * "resourceVersion", "object"}}, without the last two where the object is removed.
 */
final class Journal {
    static final String NAME = "journal" + StateFile.SUFFIX;

    private static final String KEY = "journal";

    private final Path file;
    private final Path temporary;
    private final Disk disk;

    /** What the file holds; empty when there is none. */
    private List<StateChange> unfinished = List.of();

    Journal(final Path directory, final Disk disk) {
        this.file = directory.resolve(NAME);
        this.temporary = directory.resolve(NAME + StateStore.TEMPORARY);
        this.disk = disk;
    }

    /** True when {@code changes} could be cut in two, or would be undone by what is unfinished. */
    boolean isNeededFor(final List<StateChange> changes) {
        return !unfinished.isEmpty()
                || changes.stream().filter(each -> each.kind().outlivesMachine()).count() > 1;
    }

    /**
     * From its return on, the changes are made, whatever happens.
     *
     * @return what must be carried out: {@code changes}, and what they leave of unfinished ones
     */
    List<StateChange> begin(final List<StateChange> changes) throws IOException {
        final List<StateChange> merged = StateChange.merge(unfinished, changes);
        disk.write(temporary, encode(merged), true);
        disk.move(temporary, file);
        unfinished = merged;
        disk.sync(file.getParent());
        return merged;
    }

    /** All of them are on the disk. */
    void end() throws IOException {
        disk.delete(file);
        // Else it could come back after a power failure, and undo what was written since.
        disk.sync(file.getParent());
        unfinished = List.of();
    }

    /**
     * What a start must carry out before anything else; empty when nothing was under way.
     *
     * @throws StoreException if the file is damaged: which of the changes are missing is not known
     */
    List<StateChange> recover() throws IOException {
        // It never got its name: nothing of it was begun.
        disk.delete(temporary);
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            unfinished = decode(Files.readAllBytes(file));
        } catch (final IOException e) {
            throw new StoreException(
                    file
                            + " is damaged ("
                            + StateStore.problem(e)
                            + "): objects that were being stored together may be there in part"
                            + " (expected: compare what is in "
                            + file.getParent()
                            + " with what was applied last, then remove the file, start, and apply"
                            + " it again)",
                    e);
        }
        return unfinished;
    }

    private static byte[] encode(final List<StateChange> changes) {
        final ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (final StateChange change : changes) {
            final ObjectNode entry = list.addObject();
            entry.put("folder", change.kind().folder()).put("key", change.key());
            change.object()
                    .ifPresent(
                            object ->
                                    entry.put("resourceVersion", object.resourceVersion())
                                            .set("object", object.json()));
        }
        return StateFile.encode(new StoredObject(ObjectKind.AGENT, KEY, 0, list));
    }

    private static List<StateChange> decode(final byte[] bytes) throws IOException {
        final StoredObject stored = StateFile.decode(ObjectKind.AGENT, bytes);
        if (!stored.key().equals(KEY) || !stored.json().isArray() || stored.json().isEmpty()) {
            throw new IOException("holds " + stored.key() + ", which is no list of changes");
        }
        final StateChange[] changes = new StateChange[stored.json().size()];
        for (int i = 0; i < changes.length; i++) {
            final JsonNode entry = stored.json().get(i);
            final ObjectKind kind = kind(entry.path("folder").asText());
            final String key = entry.path("key").asText();
            final JsonNode object = entry.get("object");
            final long version = entry.path("resourceVersion").asLong();
            changes[i] =
                    new StateChange(
                            kind,
                            key,
                            Optional.ofNullable(object)
                                    .map(json -> new StoredObject(kind, key, version, json)));
        }
        return List.of(changes);
    }

    private static ObjectKind kind(final String folder) throws IOException {
        return Stream.of(ObjectKind.values())
                .filter(each -> each.folder().equals(folder))
                .findFirst()
                .orElseThrow(() -> new IOException("folder: " + folder + " (unknown)"));
    }
}
