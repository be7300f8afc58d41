package dev.weir.controller.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.LongNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state directory. One process at a time; one thread at a time.
 *
 * <p>Every object is a file (written, fsynced, renamed into place, folder fsynced). A write only
 * reaches the {@link Journal}, which makes several changes one: the next start has all of them or
 * none. The files follow when nobody waits, by {@link #catchUp}.
 */
public final class StateStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);
    static final String TEMPORARY = ".tmp";
    private static final String DAMAGED = ".damaged";

    /** How many resource versions one write of the high-water mark pays for. */
    private static final long VERSIONS_RESERVED = 1_000;

    private static final String VERSIONS = "resource-version";

    /** Whoever writes meanwhile waits for as many. */
    private static final int FILES_AT_A_TIME = 8;

    private final Path directory;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Disk disk;
    private final Journal journal;
    private long lastVersion;
    private long reservedVersion;

    /** What the journal has and the files do not. */
    private final Map<StateChange.Id, StateChange> behind = new LinkedHashMap<>();

    private volatile StoreState state;

    /** What takes a refused write back, and was refused as well. */
    private List<StateChange> owed = List.of();

    private StateStore(
            final Path directory,
            final FileChannel lockFile,
            final FileLock lock,
            final Disk disk) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
        this.disk = disk;
        this.journal = new Journal(directory, disk);
        this.state = new StoreState(directory, 0, "");
    }

    /**
     * Opens or makes the directory (mode 0700) and keeps others out.
     *
     * @throws StoreException if another agent has it, or it cannot be written
     */
    public static StateStore open(final Path directory) {
        return open(directory, Disk.FILES);
    }

    static StateStore open(final Path directory, final Disk disk) {
        try {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            for (final ObjectKind kind : ObjectKind.values()) {
                Files.createDirectories(directory.resolve(kind.folder()));
            }
            final FileChannel file =
                    FileChannel.open(
                            directory.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            final FileLock lock = tryLock(file);
            if (lock == null) {
                file.close();
                throw new StoreException(
                        "state directory "
                                + directory
                                + " is in use by another agent (expected: stop it, or give this"
                                + " one another --state-dir)");
            }
            return new StateStore(directory, file, lock, disk);
        } catch (final IOException e) {
            throw new StoreException(
                    "state directory "
                            + directory
                            + " cannot be used (expected: a folder that this user may write): "
                            + e,
                    e);
        }
    }

    private static FileLock tryLock(final FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (final OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    /**
     * Reads everything; a file that is not what was written is set aside and reported. Carries out
     * first what an earlier process could not finish.
     *
     * @throws StoreException if the directory cannot be read, or what it was about to be is damaged
     */
    public LoadedState load() {
        final List<StoredObject> objects = new ArrayList<>();
        final List<DamagedFile> damaged = new ArrayList<>();
        try {
            recover();
            for (final ObjectKind kind : ObjectKind.values()) {
                loadKind(kind, objects, damaged);
            }
        } catch (final IOException e) {
            throw new StoreException(directory + " cannot be read, or written: " + e, e);
        }
        final long highest =
                objects.stream().mapToLong(StoredObject::resourceVersion).max().orElse(0);
        lastVersion =
                Math.max(
                        highest,
                        objects.stream()
                                .filter(each -> each.kind() == ObjectKind.AGENT)
                                .filter(each -> each.key().equals(VERSIONS))
                                .mapToLong(each -> each.json().asLong())
                                .findFirst()
                                .orElse(0));
        reservedVersion = lastVersion;
        return new LoadedState(objects, damaged);
    }

    private void recover() throws IOException {
        final List<StateChange> unfinished = journal.recover();
        unfinished.forEach(each -> behind.put(each.id(), each));
        carryOut(unfinished.size());
        journal.beginAnew();
        if (!unfinished.isEmpty()) {
            LOG.info(
                    "{}: the last {} changes were only in the journal, and are in their files",
                    directory,
                    unfinished.size());
        }
    }

    private void loadKind(
            final ObjectKind kind,
            final List<StoredObject> objects,
            final List<DamagedFile> damaged)
            throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory.resolve(kind.folder()))) {
            for (final Path file : files) {
                final String name = file.getFileName().toString();
                if (name.endsWith(TEMPORARY)) {
                    LOG.info("{}: write was never finished, nobody was told of it; removed", file);
                    disk.delete(file);
                } else if (name.endsWith(StateFile.SUFFIX)) {
                    read(kind, file, objects, damaged);
                }
            }
        }
    }

    private static void read(
            final ObjectKind kind,
            final Path file,
            final List<StoredObject> objects,
            final List<DamagedFile> damaged)
            throws IOException {
        final String name = file.getFileName().toString();
        String problem;
        try {
            final StoredObject object = StateFile.decode(kind, Files.readAllBytes(file));
            if (StateFile.nameOf(object.key()).equals(name)) {
                objects.add(object);
                return;
            }
            problem = "holds " + object.key() + ", which belongs into another file";
        } catch (final IOException e) {
            problem = problem(e);
        }
        final Path aside = setAside(file);
        LOG.error("{}: damaged ({}); set aside as {}", file, problem, aside);
        damaged.add(new DamagedFile(kind, StateFile.keyOf(name), aside, problem));
    }

    /** What is wrong with a file, without the bytes around it. */
    static String problem(final IOException failure) {
        return failure instanceof JsonProcessingException json
                ? json.getOriginalMessage()
                : failure.getMessage();
    }

    private static Path setAside(final Path file) throws IOException {
        for (int i = 1; ; i++) {
            final Path aside = file.resolveSibling(file.getFileName() + DAMAGED + i);
            if (Files.notExists(aside)) {
                return Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** The next number, larger than any given before, also over restarts. */
    public long nextResourceVersion() {
        if (lastVersion == reservedVersion) {
            final long reserved = lastVersion + VERSIONS_RESERVED;
            write(
                    List.of(
                            StateChange.write(
                                    new StoredObject(
                                            ObjectKind.AGENT,
                                            VERSIONS,
                                            0,
                                            LongNode.valueOf(reserved)))));
            reservedVersion = reserved;
        }
        return ++lastVersion;
    }

    /** The last number given; 0 if none was. */
    public long lastResourceVersion() {
        return lastVersion;
    }

    /**
     * Returns when all changes are on the disk, but for those of what dies with the machine, which
     * outlive the agent only. However the process ends, the next start finds all of them or none.
     *
     * @throws StoreException if the disk refused; what takes the changes back must be written then
     */
    public void write(final List<StateChange> changes) {
        final List<StateChange> all = StateChange.merge(owed, changes);
        try {
            if (!journal.append(all)) {
                carryOut(behind.size());
                journal.append(all);
            }
        } catch (final IOException e) {
            throw refused(e);
        }
        owed = List.of();
        all.forEach(each -> behind.put(each.id(), each));
        state = new StoreState(directory, behind.size(), state.problem());
    }

    /**
     * The same, and takes the changes back itself.
     *
     * @param undo what takes {@code changes} back
     * @throws StoreException if the disk refused
     */
    public void write(final List<StateChange> changes, final List<StateChange> undo) {
        try {
            write(changes);
        } catch (final StoreException e) {
            takeBack(undo);
            throw e;
        }
    }

    /** Writes {@code undo}; if the disk refuses, the next write does it, before it is answered. */
    public void takeBack(final List<StateChange> undo) {
        try {
            write(undo);
        } catch (final StoreException e) {
            owed = StateChange.merge(owed, undo);
            LOG.error(
                    "a refused write could not be taken back, the next one does it: {}",
                    e.getMessage());
        }
    }

    /** Some of what is behind. Twice is as good as once. */
    private void carryOut(final int most) throws IOException {
        final List<StateChange> changes = behind.values().stream().limit(most).toList();
        for (final StateChange change : changes) {
            if (change.object().isPresent()) {
                final byte[] bytes = StateFile.encode(change.object().get());
                disk.write(temporary(file(change)), bytes, true);
            }
        }
        final Set<Path> folders = new LinkedHashSet<>();
        for (final StateChange change : changes) {
            final Path file = file(change);
            folders.add(file.getParent());
            if (change.object().isPresent()) {
                disk.move(temporary(file), file);
            } else {
                disk.delete(file);
            }
        }
        for (final Path folder : folders) {
            disk.sync(folder);
        }
        changes.forEach(each -> behind.remove(each.id()));
        if (behind.isEmpty() && journal.isBegun()) {
            journal.beginAnew();
        }
    }

    /** True when {@link #catchUp} has something to do. */
    public boolean isBehind() {
        return journal.isBegun();
    }

    /**
     * Brings some of what was written from the journal into its files; takes some milliseconds.
     *
     * @throws StoreException if the disk refused; the next call tries again
     */
    public void catchUp() {
        try {
            carryOut(FILES_AT_A_TIME);
            state = new StoreState(directory, behind.size(), "");
        } catch (final IOException e) {
            state = new StoreState(directory, behind.size(), e.toString());
            throw refused(e);
        }
    }

    /** From any thread. */
    public StoreState state() {
        return state;
    }

    private StoreException refused(final IOException cause) {
        return new StoreException(
                "state directory " + directory + " cannot be written: " + cause, cause);
    }

    private Path file(final StateChange change) {
        return directory.resolve(change.kind().folder()).resolve(StateFile.nameOf(change.key()));
    }

    private static Path temporary(final Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY);
    }

    /** Writes the files that are behind and lets others in; twice is fine. */
    @Override
    public void close() {
        try (lockFile) {
            if (lock.isValid()) {
                carryOut(behind.size());
                lock.release();
            }
        } catch (final IOException e) {
            LOG.warn("state directory {}: {}", directory, e.getMessage());
        }
    }
}
