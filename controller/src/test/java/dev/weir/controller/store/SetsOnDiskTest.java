package dev.weir.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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
                JsonNodeFactory.instance.objectNode().put("version", ("v" + version).repeat(900)));
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
        write(disk, changes, new AtomicBoolean());
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
            assertThat(files()).noneMatch(name -> name.endsWith(StateStore.TEMPORARY));
            assertThat(load(FailingDisk.neverFailing())).as("started again").isEqualTo(loaded);
        }
        // The first step is the start's, the second the record in the journal.
        assertThat(all.subList(0, 2)).containsOnly(false);
        assertThat(all.subList(2, steps)).hasSizeGreaterThan(10).containsOnly(true);
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
        final int steps = stepsOfASet();
        final Set<Boolean> outcomes = new HashSet<>();
        for (int step = 0; step <= steps; step++) {
            for (int seed = 0; seed < 4; seed++) {
                begin();
                final PowerFailureDisk disk = new PowerFailureDisk(directory, step);
                final AtomicBoolean answered = new AtomicBoolean();
                final Throwable end = catchThrowable(() -> write(disk, SET, answered));
                assertThat(end == null || end instanceof FailingDisk.Killed).as("%s", end).isTrue();
                disk.powerUp(new Random(seed));

                final Set<StoredObject> loaded = load(FailingDisk.neverFailing());
                assertThat(loaded).as("step %d, seed %d", step, seed).isIn(BEFORE, AFTER);
                outcomes.add(loaded.equals(AFTER));
                if (answered.get()) {
                    assertThat(loaded).as("answered, seed %d", seed).isEqualTo(AFTER);
                }
            }
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    private void write(
            final Disk disk, final List<StateChange> changes, final AtomicBoolean answered) {
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            store.write(changes);
            answered.set(true);
        }
    }

    @Test
    void shouldTakeARefusedSetBackHoweverLongTheDiskRefuses() {
        final StoredObject later = object(ObjectKind.NETWORK_POLICY, "shop/later", 9);
        final int steps = stepsOfASet();
        int refusals = 0;
        // Step 0 is the start's.
        for (int first = 1; first < steps; first++) {
            for (final int last : List.of(first, first + 1, first + 4, 2 * steps)) {
                begin();
                final Throwable refused = writeTwice(FailingDisk.refusing(first, last), later);

                final Set<StoredObject> expected = new HashSet<>(refused == null ? AFTER : BEFORE);
                expected.add(later);
                assertThat(load(FailingDisk.neverFailing()))
                        .as("refused %d to %d", first, last)
                        .isEqualTo(expected);
                if (refused != null) {
                    refusals++;
                    assertThat(refused)
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("No space left on device");
                }
            }
        }
        assertThat(refusals).isEqualTo(4);
    }

    /** What became of the first write; the second is tried until the disk takes it. */
    private Throwable writeTwice(final Disk disk, final StoredObject later) {
        try (StateStore store = StateStore.open(directory, disk)) {
            store.load();
            final Throwable refused = catchThrowable(() -> store.write(SET, UNDO));
            catchThrowable(store::catchUp);
            while (catchThrowable(() -> store.write(List.of(StateChange.write(later)))) != null) {
                catchThrowable(store::catchUp); // each try takes the disk nearer to its room
            }
            return refused;
        }
    }
}
