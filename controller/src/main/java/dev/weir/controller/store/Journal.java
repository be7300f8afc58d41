package dev.weir.controller.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was written and is not in the files of the state directory yet. A write of any number of
 * changes is one record at the end of a file whose blocks are on the disk already: one write and
 * one fdatasync, where a file of its own takes three trips to the disk. One thread at a time.
 *
 * <p>Each record begins with a page, so that none is written to again. When all are carried out, a
 * record that says so begins the file anew. A record that is not whole was never finished, and
 * nobody was told of it, unless a later one says that it was on the disk: then the file is damaged.
 */
final class Journal {
    static final String NAME = "journal";
    static final int PAGE = 4096;

    /** Room for the changes of a busy moment; a larger set makes the file longer for a while. */
    static final int CAPACITY = 256 * PAGE;

    private final Path file;
    private final Disk disk;

    /** The sequence of the next record. */
    private long next = 1;

    /** The oldest record that is to be carried out; {@link #next} where there is none. */
    private long first = 1;

    private long synced;

    /** Where the next record goes. */
    private int end;

    Journal(final Path directory, final Disk disk) {
        this.file = directory.resolve(NAME);
        this.disk = disk;
    }

    /** True when records are there that are not known to be carried out. */
    boolean isBegun() {
        return end > PAGE;
    }

    /**
     * Writes a record. From its return on the changes are made, whatever happens to the process;
     * and to the machine, where one of them outlives it. One that failed is written over by the
     * next.
     *
     * @return false if there is no room until all that is there is carried out
     */
    boolean append(final List<StateChange> changes) throws IOException {
        if (end == 0) {
            throw new IllegalStateException("what is there already is not known");
        }
        final byte[] bytes = new JournalRecord(next, first, synced, changes).encode();
        if (isBegun() && end + bytes.length > CAPACITY) {
            return false;
        }
        final boolean durable = changes.stream().anyMatch(each -> each.kind().outlivesMachine());
        disk.overwrite(file, end, bytes, durable);
        end += (bytes.length + PAGE - 1) / PAGE * PAGE;
        synced = durable ? next : synced;
        next++;
        return true;
    }

    /** All records are carried out, and the files are on the disk: what is here is written over. */
    void beginAnew() throws IOException {
        final long length = Files.exists(file) ? Files.size(file) : 0;
        if (length < CAPACITY) {
            // Zeros and not a hole, so that a record does not wait for the blocks' allocation.
            disk.write(file, new byte[CAPACITY], true);
            disk.sync(file.getParent());
        } else if (length > CAPACITY) {
            disk.truncate(file, CAPACITY);
        }
        final byte[] bytes = new JournalRecord(next, next + 1, synced, List.of()).encode();
        disk.overwrite(file, 0, bytes, true);
        synced = next;
        next++;
        first = next;
        end = PAGE;
    }

    /**
     * What a start must carry out before anything else, and then call {@link #beginAnew}.
     *
     * @return one change an object, in their order
     * @throws StoreException if the file is damaged: which changes are missing is not known
     */
    List<StateChange> recover() throws IOException {
        if (Files.notExists(file)) {
            return List.of();
        }
        final SortedMap<Long, JournalRecord> records;
        try {
            records = read(Files.readAllBytes(file));
        } catch (final IOException e) {
            throw new StoreException(
                    file
                            + " is damaged ("
                            + StateStore.problem(e)
                            + "): what was written last may be missing (expected: compare what is"
                            + " in "
                            + file.getParent()
                            + " with what was applied last, then remove the file, start, and apply"
                            + " it again)",
                    e);
        }
        if (records.isEmpty()) {
            return List.of();
        }
        next = records.lastKey() + 1;
        return StateChange.merge(
                List.of(),
                records.values().stream().flatMap(each -> each.changes().stream()).toList());
    }

    /** The newest record, and those it says are to be carried out; by sequence. */
    private static SortedMap<Long, JournalRecord> read(final byte[] bytes) throws IOException {
        final TreeMap<Long, JournalRecord> all = new TreeMap<>();
        for (int at = 0; at < bytes.length; at += PAGE) {
            JournalRecord.decode(bytes, at).ifPresent(each -> all.put(each.sequence(), each));
        }
        if (all.isEmpty()) {
            return all;
        }
        final long first = Math.min(all.lastEntry().getValue().first(), all.lastKey());
        final SortedMap<Long, JournalRecord> wanted = all.tailMap(first);
        final long synced =
                wanted.values().stream().mapToLong(JournalRecord::synced).max().orElse(0);
        for (long sequence = first; sequence <= synced; sequence++) {
            if (!wanted.containsKey(sequence)) {
                throw new IOException("record " + sequence + " is not whole");
            }
        }
        return wanted;
    }
}
