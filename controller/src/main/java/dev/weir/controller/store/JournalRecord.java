package dev.weir.controller.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * One write to the {@link Journal}: a head of 40 bytes, then JSON. The head, big-endian: seven
 * bytes that no text has, a byte of schema, the length of the JSON (32 bits), the CRC-32C of all
 * but itself (32 bits), then the three numbers (64 bits each). The JSON is a list of {@code
 * {"folder", "key", "resourceVersion", "object"}}, without the last two where the object is
 * removed.
 *
 * @param sequence one more than that of the record before
 * @param first of the records that are still to be carried out, the oldest; the sequence after this
 *     one's where none is
 * @param synced the last record that was known to be on the disk when this was written
 * @param changes what it makes one; none where it only says that all others were carried out
 */
record JournalRecord(long sequence, long first, long synced, List<StateChange> changes) {
    private static final long MAGIC = 0xFF57_4549_524A_4C00L; // WEIRJL
    private static final int SCHEMA = 1;
    private static final int SUM_AT = 12;
    private static final int HEAD_BYTES = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    JournalRecord {
        changes = List.copyOf(changes);
    }

    byte[] encode() {
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
        try {
            final byte[] body = JSON.writeValueAsBytes(list);
            final ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + body.length);
            bytes.putLong(MAGIC | SCHEMA).putInt(body.length).putInt(0);
            bytes.putLong(sequence).putLong(first).putLong(synced).put(body);
            bytes.putInt(SUM_AT, checksum(bytes.array(), 0, body.length));
            return bytes.array();
        } catch (final JsonProcessingException e) {
            throw new StoreException("a change cannot be written as JSON", e);
        }
    }

    /**
     * The reverse of {@link #encode}.
     *
     * @param at where it would begin in {@code file}
     * @return empty if none is there, or not the whole of one
     * @throws IOException if it is whole and nothing that this version writes
     */
    static Optional<JournalRecord> decode(final byte[] file, final int at) throws IOException {
        if (file.length - at < HEAD_BYTES) {
            return Optional.empty();
        }
        final ByteBuffer head = ByteBuffer.wrap(file, at, HEAD_BYTES);
        final long magic = head.getLong();
        final int length = head.getInt();
        final int sum = head.getInt();
        if ((magic & ~0xFF) != MAGIC
                || length < 0
                || length > file.length - at - HEAD_BYTES
                || checksum(file, at, length) != sum) {
            return Optional.empty();
        }
        if (magic != (MAGIC | SCHEMA)) {
            throw new IOException("schema: " + (magic & 0xFF) + " (expected: " + SCHEMA + ")");
        }
        final long sequence = head.getLong();
        final long first = head.getLong();
        final long synced = head.getLong();
        final List<StateChange> changes = new ArrayList<>();
        for (final JsonNode entry : JSON.readTree(file, at + HEAD_BYTES, length)) {
            changes.add(change(entry));
        }
        return Optional.of(new JournalRecord(sequence, first, synced, changes));
    }

    private static StateChange change(final JsonNode entry) throws IOException {
        final ObjectKind kind = kind(entry.path("folder").asText());
        final String key = entry.path("key").asText();
        final long version = entry.path("resourceVersion").asLong();
        return new StateChange(
                kind,
                key,
                Optional.ofNullable(entry.get("object"))
                        .map(json -> new StoredObject(kind, key, version, json)));
    }

    private static ObjectKind kind(final String folder) throws IOException {
        return Stream.of(ObjectKind.values())
                .filter(each -> each.folder().equals(folder))
                .findFirst()
                .orElseThrow(() -> new IOException("folder: " + folder + " (unknown)"));
    }

    private static int checksum(final byte[] bytes, final int at, final int length) {
        final CRC32C sum = new CRC32C();
        sum.update(bytes, at, SUM_AT);
        final int rest = SUM_AT + Integer.BYTES;
        sum.update(bytes, at + rest, HEAD_BYTES - rest + length);
        return (int) sum.getValue();
    }
}
