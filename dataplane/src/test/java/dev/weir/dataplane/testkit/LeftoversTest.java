package dev.weir.dataplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    /** No interface or namespace can be called so. */
    private static final String NOWHERE = "weir/nowhere";

    @TempDir private Path root;

    @Test
    void shouldBeOnRecordBeforeItIsMadeAndUntilItIsGone() throws Exception {
        final Path folder = root.resolve("1-1");
        final Leftovers leftovers = new Leftovers(folder);

        leftovers.make(
                Leftovers.Kind.NETNS,
                List.of("a", NOWHERE),
                () ->
                        assertThat(folder)
                                .isDirectoryContaining(file -> holds(file, "a"))
                                .isDirectoryContaining(file -> holds(file, NOWHERE)));
        leftovers.forget(Leftovers.Kind.NETNS, List.of("a"));

        assertThat(folder)
                .isDirectoryNotContaining(file -> holds(file, "a"))
                .isDirectoryContaining(file -> holds(file, NOWHERE));
    }

    private static boolean holds(final Path file, final String name) {
        try {
            return Files.readString(file).equals(name + "\n");
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKeepOnRecordWhatFailedAsItMayBeThereInPart() {
        final Path folder = root.resolve("1-1");

        assertThatThrownBy(
                        () ->
                                new Leftovers(folder)
                                        .make(
                                                Leftovers.Kind.BPFFS,
                                                List.of(NOWHERE),
                                                () -> {
                                                    throw new IOException("half of it");
                                                }))
                .hasMessage("half of it");

        assertThat(folder).isDirectoryContaining(file -> holds(file, NOWHERE));
    }

    @Test
    void shouldMakeNothingMoreOnceTheJvmEnds() {
        final Leftovers leftovers = new Leftovers(root.resolve("1-1"));
        final AtomicBoolean made = new AtomicBoolean();
        leftovers.close();

        assertThatThrownBy(
                        () ->
                                leftovers.make(
                                        Leftovers.Kind.NETNS,
                                        List.of(NOWHERE),
                                        () -> made.set(true)))
                .hasMessage("the tests were interrupted");

        assertThat(made).isFalse();
    }

    @Test
    void shouldRemoveOnlyWhatIsOnRecordOfTheDead() throws Exception {
        final Process living = new ProcessBuilder("sleep", "1000").start();
        try {
            final Path dead = recorded(living.pid() + "-1"); // the number was another one's
            final Path alive = recorded(living.pid() + "-" + start(living.pid()));
            final Path foreign = recorded("something-else");

            run(dead, alive, foreign, root.resolve("not-there"));

            assertThat(dead).doesNotExist();
            assertThat(alive).isDirectoryContaining(file -> holds(file, NOWHERE));
            assertThat(foreign).isDirectoryContaining(file -> holds(file, NOWHERE));
        } finally {
            living.destroyForcibly().waitFor();
        }
    }

    private Path recorded(final String name) {
        final Path folder = root.resolve(name);
        new Leftovers(folder).make(Leftovers.Kind.NETNS, List.of(NOWHERE), () -> {});
        return folder;
    }

    private static String start(final long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ")[21];
    }

    private static void run(final Path... folders) throws Exception {
        final List<String> command =
                new ArrayList<>(List.of("bash", Leftovers.script().toString()));
        for (final Path folder : folders) {
            command.add(folder.toString());
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
