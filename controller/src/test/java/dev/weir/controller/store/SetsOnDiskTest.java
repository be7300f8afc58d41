package dev.weir.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a set of changes the next start has all or none, wherever the first was cut. */
class SetsOnDiskTest {
    private static final Set<StoredObject> BEFORE =
            Set.of(
                    object(ObjectKind.NETWORK_POLICY, "shop/changed", 1),
                    object(ObjectKind.NETWORK_POLICY, "shop/removed", 2),
                    object(ObjectKind.NAMESPACE, "shop", 3));
    private static final Set<StoredObject> AFTER =
            Set.of(
                    object(ObjectKind.NETWORK_POLICY, "shop/changed", 4),
                    object(ObjectKind.NETWORK_POLICY, "shop/new", 5),
                    object(ObjectKind.CLUSTER_NETWORK_POLICY, "all", 6),
                    object(ObjectKind.NAMESPACE, "shop", 7),
                    object(ObjectKind.NUMBERING, "numbering", 0));
    private static final List<StateChange> SET = changes(BEFORE, AFTER);
    private static final List<StateChange> UNDO = changes(AFTER, BEFORE);

    @TempDir private Path parent;
    private int directories;
    private Path directory;

    private static StoredObject object(
            final ObjectKind kind, final String key, final long version) {
        return new StoredObject(
                kind,
                key,
                version,
                JsonNodeFactory.instance.objectNode().put("version", "v" + version));
    }

    private static List<StateChange> changes(
            final Set<StoredObject> from, final Set<StoredObject> to) {
        final List<StateChange> changes = new ArrayList<>();
        to.forEach(each -> changes.add(StateChange.write(each)));
        from.stream()
                .filter(each -> to.stream().noneMatch(other -> isSame(each, other)))
                .forEach(each -> changes.add(StateChange.remove(each.kind(), each.key())));
        return changes;
    }

    private static boolean isSame(final StoredObject one, final StoredObject other) {
        return one.kind() == other.kind() && one.key().equals(other.key());
    }

    /** A fresh state directory with what was there before. */
    private void begin() {
        directory = parent.resolve("state" + directories++);
        write(FailingDisk.neverFailing(), BEFORE.stream().map(StateChange::write).toList());
    }

    private void write(final Disk disk, final List<StateChange> changes) {
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            store.write(changes);
        }
    }

    private Set<StoredObject> load(final Disk disk) {
        try (StateStore store = StateStore.open(directory, disk)) {
            final LoadedState loaded = store.load();
            assertThat(loaded.damaged()).isEmpty();
            return new HashSet<>(loaded.objects());
        }
    }

    private Set<StoredObject> loadAfterKillAt(final int step) {
        final FailingDisk disk = FailingDisk.killingAt(step);
        assertThatThrownBy(() -> write(disk, SET)).isInstanceOf(FailingDisk.Killed.class);
        return load(FailingDisk.neverFailing());
    }

    private int stepsOfASet() {
        begin();
        final FailingDisk disk = FailingDisk.neverFailing();
        write(disk, SET);
        assertThat(load(FailingDisk.neverFailing())).isEqualTo(AFTER);
        return disk.steps();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Test
    void shouldHaveAllOrNoneAfterAKillAtEveryStep() throws IOException {
        final List<Boolean> all = new ArrayList<>();
        final int steps = stepsOfASet();
        for (int step = 0; step < steps; step++) {
            begin();
            final Set<StoredObject> loaded = loadAfterKillAt(step);

            assertThat(loaded).as("killed at step %d", step).isIn(BEFORE, AFTER);
            all.add(loaded.equals(AFTER));
            assertThat(files()).noneMatch(name -> name.contains("journal") || name.endsWith("tmp"));
            assertThat(load(FailingDisk.neverFailing())).as("started again").isEqualTo(loaded);
        }
        // Nothing before the journal has its name, all from then on.
        assertThat(all.indexOf(true)).isBetween(1, steps - 10);
        assertThat(all.subList(all.indexOf(true), steps)).doesNotContain(false);
    }

    @Test
    void shouldHaveThemAfterAKillAtEveryStepOfTheStartToo() {
        final int steps = stepsOfASet();
        for (int step = 0; step < steps; step++) {
            begin();
            final Set<StoredObject> expected = loadAfterKillAt(step);
            int starts = 0;
            for (boolean killed = true; killed; starts++) {
                begin();
                final int first = step;
                assertThatThrownBy(() -> write(FailingDisk.killingAt(first), SET))
                        .isInstanceOf(FailingDisk.Killed.class);
                final int second = starts;
                final Throwable end = catchThrowable(() -> load(FailingDisk.killingAt(second)));
                killed = end instanceof FailingDisk.Killed;
                assertThat(end == null || killed).as("%s", end).isTrue();

                assertThat(load(FailingDisk.neverFailing()))
                        .as("killed at step %d, then at %d", step, starts)
                        .isEqualTo(expected);
            }
            assertThat(starts).isPositive();
        }
    }

    @Test
    void shouldHaveAllOrNoneAfterAPowerFailureAtEveryStep() throws IOException {
        final Set<StoredObject> after = durable(AFTER);
        final int steps = stepsOfASet();
        final Set<Boolean> outcomes = new HashSet<>();
        for (int step = 0; step <= steps; step++) {
            for (int seed = 0; seed < 4; seed++) {
                begin();
                final PowerFailureDisk disk = new PowerFailureDisk(directory, step);
                final Throwable end = catchThrowable(() -> write(disk, SET));
                disk.powerUp(new Random(seed));

                final Set<StoredObject> loaded = durable(loadBesideLostNumbering());
                assertThat(loaded).as("step %d, seed %d", step, seed).isIn(BEFORE, after);
                outcomes.add(loaded.equals(after));
                if (end == null) {
                    assertThat(loaded).as("answered, seed %d", seed).isEqualTo(after);
                }
            }
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    private static Set<StoredObject> durable(final Set<StoredObject> objects) {
        final Set<StoredObject> durable = new HashSet<>(objects);
        durable.removeIf(each -> !each.kind().outlivesMachine());
        return durable;
    }

    /** What dies with the machine may be damaged when the power is back. */
    private Set<StoredObject> loadBesideLostNumbering() {
        try (StateStore store = StateStore.open(directory, FailingDisk.neverFailing())) {
            final LoadedState loaded = store.load();
            assertThat(loaded.damaged())
                    .allSatisfy(each -> assertThat(each.kind()).isEqualTo(ObjectKind.NUMBERING));
            return new HashSet<>(loaded.objects());
        }
    }

    @Test
    void shouldTakeARefusedSetBackHoweverLongTheDiskRefuses() {
        final StoredObject later = object(ObjectKind.NETWORK_POLICY, "shop/later", 9);
        final Set<StoredObject> expected = new HashSet<>(BEFORE);
        expected.add(later);
        final int steps = stepsOfASet();
        // Step 0 is the start's.
        for (int first = 1; first < steps; first++) {
            for (final int last : List.of(first, first + 1, first + 4, 2 * steps)) {
                begin();
                final FailingDisk disk = FailingDisk.refusing(first, last);
                final Throwable refused = catchThrowable(() -> write(disk, SET, UNDO, later));

                assertThat(load(FailingDisk.neverFailing()))
                        .as("refused %d to %d", first, last)
                        .isEqualTo(expected);
                assertThat(refused)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("No space left on device");
            }
        }
    }

    private void write(
            final Disk disk,
            final List<StateChange> set,
            final List<StateChange> undo,
            final StoredObject later) {
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            final Throwable refused = catchThrowable(() -> store.write(set, undo));
            while (catchThrowable(() -> store.write(List.of(StateChange.write(later)))) != null) {
                assertThat(refused).isNotNull(); // each try takes the disk nearer to its room
            }
            throw (RuntimeException) refused;
        }
    }

    @Test
    void shouldDiscardAJournalThatNeverGotItsName() throws IOException {
        begin();
        final byte[] journal = journal();
        begin();
        for (int length = 0; length <= journal.length; length++) {
            Files.write(
                    directory.resolve(Journal.NAME + StateStore.TEMPORARY),
                    Arrays.copyOf(journal, length));

            assertThat(load(FailingDisk.neverFailing())).as("%d bytes", length).isEqualTo(BEFORE);
            assertThat(files()).noneMatch(name -> name.startsWith("journal"));
        }
    }

    @Test
    void shouldNotStartWithADamagedJournalAndChangeNothing() throws IOException {
        begin();
        final byte[] journal = journal();
        begin();
        final List<String> files = files();
        for (int i = 0; i < journal.length; i++) {
            refuses(Arrays.copyOf(journal, i));
            final byte[] flipped = journal.clone();
            flipped[i] ^= 1;
            refuses(flipped);
        }
        Files.delete(directory.resolve(Journal.NAME));
        assertThat(files()).containsExactlyInAnyOrderElementsOf(files);
        assertThat(load(FailingDisk.neverFailing())).isEqualTo(BEFORE);
    }

    private void refuses(final byte[] journal) throws IOException {
        final Path file = directory.resolve(Journal.NAME);
        Files.write(file, journal);
        assertThatThrownBy(() -> load(FailingDisk.neverFailing()))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(file + " is damaged (")
                .hasMessageContaining("then remove the file, start, and apply it again");
        assertThat(Files.readAllBytes(file)).isEqualTo(journal);
    }

    /** As it is while the set is carried out. */
    private byte[] journal() throws IOException {
        final int steps = stepsOfASet();
        for (int step = 0; step < steps; step++) {
            begin();
            final int killed = step;
            assertThatThrownBy(() -> write(FailingDisk.killingAt(killed), SET))
                    .isInstanceOf(FailingDisk.Killed.class);
            if (Files.exists(directory.resolve(Journal.NAME))) {
                return Files.readAllBytes(directory.resolve(Journal.NAME));
            }
        }
        throw new AssertionError("a set was written without a journal");
    }

    @Test
    void shouldNotPayForAJournalWhereOneObjectChanges() {
        begin();
        final FailingDisk disk = FailingDisk.neverFailing();
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            final int before = disk.steps();
            store.write(
                    List.of(StateChange.write(object(ObjectKind.NETWORK_POLICY, "shop/new", 9))));
            assertThat(disk.steps() - before).isEqualTo(3); // write, rename, sync of the folder
        }
    }
}
