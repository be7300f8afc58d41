package dev.weir.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered is in the journal before it is in any file, and is found there. */
class JournalTest {
    private static final StoredObject FIRST = policy("first", 10);
    private static final StoredObject SECOND = policy("second", 10);

    @TempDir private Path parent;
    private int directories;
    private Path directory;
    private Path file;

    @BeforeEach
    void begin() {
        directory = parent.resolve("state" + directories++);
        file = directory.resolve(Journal.NAME);
    }

    private static StoredObject policy(final String key, final int length) {
        return new StoredObject(
                ObjectKind.NETWORK_POLICY,
                key,
                1,
                JsonNodeFactory.instance.objectNode().put("text", "x".repeat(length)));
    }

    private static StoredObject endpoint(final String key) {
        return new StoredObject(ObjectKind.ENDPOINT, key, 1, JsonNodeFactory.instance.objectNode());
    }

    /** Each written by itself, by an agent that is killed before any file follows. */
    private void writeAndDie(final StoredObject... objects) {
        final FailingDisk disk = FailingDisk.killingAt(3 + objects.length);
        assertThatThrownBy(
                        () -> {
                            try (StateStore store = StateStore.open(directory, disk)) {
                                store.load();
                                for (final StoredObject each : objects) {
                                    store.write(List.of(StateChange.write(each)));
                                }
                            }
                        })
                .isInstanceOf(FailingDisk.Killed.class);
        assertThat(directory.resolve("networkpolicies"))
                .isDirectoryNotContaining(each -> each.toString().endsWith(StateFile.SUFFIX));
    }

    private Set<StoredObject> load() {
        try (StateStore store = StateStore.open(directory, FailingDisk.neverFailing())) {
            final LoadedState loaded = store.load();
            assertThat(loaded.damaged()).isEmpty();
            return new HashSet<>(loaded.objects());
        }
    }

    @Test
    void shouldGoToTheDiskOnceForAWriteOfAnyNumberOfObjects() {
        final FailingDisk disk = FailingDisk.neverFailing();
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            final int steps = disk.steps();
            final int syncs = disk.syncs();
            store.write(
                    List.of(
                            StateChange.write(FIRST),
                            StateChange.write(SECOND),
                            StateChange.write(endpoint("web"))));
            assertThat(disk.steps() - steps).isEqualTo(1);
            assertThat(disk.syncs() - syncs).isEqualTo(1);

            store.write(List.of(StateChange.write(endpoint("db"))));
            assertThat(disk.steps() - steps).isEqualTo(2);
            assertThat(disk.syncs() - syncs).as("dies with the machine").isEqualTo(1);
        }
    }

    @Test
    void shouldHaveWhatWasWrittenLastAfterAKill() {
        writeAndDie(FIRST, endpoint("web"), SECOND);

        assertThat(load()).containsExactlyInAnyOrder(FIRST, endpoint("web"), SECOND);
        assertThat(load()).containsExactlyInAnyOrder(FIRST, endpoint("web"), SECOND);
    }

    @Test
    void shouldIgnoreARecordThatWasNeverFinished() throws IOException {
        writeAndDie(FIRST, SECOND);
        final byte[] journal = Files.readAllBytes(file);
        final int second = 2 * Journal.PAGE;
        final int length =
                new JournalRecord(1, 1, 1, List.of(StateChange.write(SECOND))).encode().length;
        for (int i = 0; i < length; i++) {
            final byte[] cut = journal.clone();
            Arrays.fill(cut, second + i, second + length, (byte) 0);
            final byte[] flipped = journal.clone();
            flipped[second + i] ^= 1;
            for (final byte[] torn : List.of(cut, flipped)) {
                begin();
                Files.createDirectories(directory);
                Files.write(file, torn);
                assertThat(load()).as("byte %d", i).containsExactly(FIRST);
            }
        }
    }

    @Test
    void shouldNotStartWhereWhatWasOnTheDiskIsDamagedAndChangeNothing() throws IOException {
        writeAndDie(FIRST, SECOND);
        final byte[] journal = Files.readAllBytes(file);
        final int first = Journal.PAGE;
        final int length =
                new JournalRecord(1, 1, 1, List.of(StateChange.write(FIRST))).encode().length;
        for (int i = 0; i < length; i++) {
            final byte[] flipped = journal.clone();
            flipped[first + i] ^= 1;
            Files.write(file, flipped);

            assertThatThrownBy(this::load)
                    .as("byte %d", i)
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith(file + " is damaged (record ")
                    .hasMessageContaining("then remove the file, start, and apply it again");
            assertThat(Files.readAllBytes(file)).isEqualTo(flipped);
            assertThat(directory.resolve("networkpolicies"))
                    .isDirectoryNotContaining(each -> each.toString().endsWith(StateFile.SUFFIX));
        }
        Files.delete(file);
        assertThat(load()).isEmpty();
    }

    @Test
    void shouldRefuseAnotherSchemaByName() throws IOException {
        writeAndDie(FIRST);
        final byte[] journal = Files.readAllBytes(file);
        journal[Journal.PAGE + 7] = 2;
        final ByteBuffer record = ByteBuffer.wrap(journal, Journal.PAGE, Journal.PAGE).slice();
        final CRC32C sum = new CRC32C();
        sum.update(record.slice(0, 12));
        sum.update(record.slice(16, 24 + record.getInt(8)));
        record.putInt(12, (int) sum.getValue());
        Files.write(file, journal);

        assertThatThrownBy(this::load)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("journal is damaged (schema: 2 (expected: 1))");
    }

    @Test
    void shouldWriteTheFilesWhenTheJournalIsFull() throws IOException {
        final Set<StoredObject> written = new HashSet<>();
        try (StateStore store = StateStore.open(directory, FailingDisk.neverFailing())) {
            store.load();
            for (int i = 0; i < 300; i++) {
                final StoredObject object = policy("p" + i, i);
                store.write(List.of(StateChange.write(object)));
                written.add(object);
            }
            assertThat(directory.resolve("networkpolicies")).isNotEmptyDirectory();
            assertThat(file).hasSize(Journal.CAPACITY);
        }
        assertThat(load()).isEqualTo(written);
    }

    @Test
    void shouldGrowForASetThatDoesNotFitAndShrinkBehindIt() throws IOException {
        final StoredObject large = policy("large", 2 * Journal.CAPACITY);
        writeAndDie(large);
        assertThat(Files.size(file)).isGreaterThan(2L * Journal.CAPACITY);

        assertThat(load()).containsExactly(large);
        assertThat(file).hasSize(Journal.CAPACITY);
    }

    @Test
    void shouldNeedNoRoomToStart() {
        writeAndDie(FIRST);
        assertThat(load()).containsExactly(FIRST);

        final FailingDisk disk = FailingDisk.neverFailing();
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            assertThat(disk.steps()).as("a page is written over").isEqualTo(1);
        }
    }

    /** Two of each ten writes die with the machine; nothing is said of those. */
    @Test
    void shouldHaveTheStateThatWasAnsweredLastWhereverThePowerFails() throws IOException {
        int failures = 0;
        for (int seed = 0; seed < 300; seed++) {
            begin();
            final Random chance = new Random(seed);
            Files.createDirectories(directory);
            final Set<StoredObject> before = load();
            final PowerFailureDisk disk = new PowerFailureDisk(directory, chance.nextInt(120));
            final History history = new History(before);
            final Throwable end = catchThrowable(() -> history.run(disk, chance));
            assertThat(end == null || end instanceof FailingDisk.Killed).as("%s", end).isTrue();
            failures += end == null ? 0 : 1;
            disk.powerUp(chance);

            final Set<StoredObject> loaded = new HashSet<>(load());
            loaded.removeIf(each -> !each.kind().outlivesMachine());
            assertThat(history.possible).as("seed %d", seed).contains(loaded);
        }
        assertThat(failures).isGreaterThan(150);
    }

    /** Writes and restarts by chance, and what may be found after each. */
    private final class History {
        private List<Set<StoredObject>> possible;

        History(final Set<StoredObject> before) {
            possible = List.of(before);
        }

        void run(final Disk disk, final Random chance) {
            for (int start = 0; start < 3; start++) {
                try (StateStore store = StateStore.open(directory, disk)) {
                    store.load();
                    for (int i = chance.nextInt(12); i >= 0; i--) {
                        step(store, chance);
                    }
                }
            }
        }

        private void step(final StateStore store, final Random chance) {
            switch (chance.nextInt(10)) {
                case 0, 1, 2 -> store.catchUp();
                case 3, 4 -> store.write(List.of(StateChange.write(endpoint("web"))));
                default -> {
                    final List<StateChange> changes = new ArrayList<>();
                    final Set<StoredObject> after = new HashSet<>(possible.get(0));
                    for (final int name : new TreeSet<>(List.of(0, chance.nextInt(4), 4))) {
                        final StoredObject object =
                                policy("p" + name, chance.nextInt(3 * Journal.PAGE));
                        after.removeIf(each -> each.key().equals(object.key()));
                        if (chance.nextInt(3) == 0) {
                            changes.add(StateChange.remove(object.kind(), object.key()));
                        } else {
                            changes.add(StateChange.write(object));
                            after.add(object);
                        }
                    }
                    possible = List.of(possible.get(0), after);
                    store.write(changes);
                    possible = List.of(after);
                }
            }
        }
    }
}
