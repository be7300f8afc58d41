package dev.weir.controller.conflist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConflistKeeperTest {
    private static final String ENTRY = ConflistFile.entry("/run/weir/weir.sock");
    private static final String PLAIN =
            """
            {
              "cniVersion": "1.0.0",
              "name": "net",
              "plugins": [
                { "type": "bridge" }
              ]
            }
            """;
    private static final String CHAINED =
            PLAIN.replace("{ \"type\": \"bridge\" }", "{ \"type\": \"bridge\" },\n    " + ENTRY);

    @TempDir Path folder;

    @Test
    void shouldPutTheEntryIntoAFileThatLacksItAtTheStart() throws Exception {
        final Path file = Files.writeString(file("10-net.conflist"), PLAIN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        try (ConflistKeeper keeper = started(file)) {
            Await.until(() -> keeper.status().get(0).putBack() == 1, "the keeper");

            assertThat(file).hasContent(CHAINED);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
            assertThat(keeper.status())
                    .containsExactly(new KeptFile(file.toString(), "chained", 1));
            assertThat(files()).containsExactly("10-net.conflist");
        }
    }

    @Test
    void shouldPutTheSameEntryBackWhenAnotherProgramRenamesAFileOverIt() throws Exception {
        final String labelled = ENTRY.replace(" }", ", \"labels\": {\"team\": \"shop\"} }");
        final Path file =
                Files.writeString(file("10-net.conflist"), CHAINED.replace(ENTRY, labelled));
        try (ConflistKeeper keeper = started(file)) {
            Await.until(() -> keeper.status().get(0).state().equals("chained"), "the keeper");

            final Path other = Files.writeString(file("new"), PLAIN);
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            Await.until(() -> keeper.status().get(0).putBack() == 1, "the keeper");

            assertThat(file).hasContent(CHAINED.replace(ENTRY, labelled));
        }
    }

    @Test
    void shouldPutItBackIntoAFileThatIsWrittenInPlaceOrComesLater() throws Exception {
        final Path file = file("10-net.conflist");
        try (ConflistKeeper keeper = started(file)) {
            Await.until(() -> keeper.status().get(0).state().equals("missing"), "the keeper");

            Files.writeString(file, PLAIN);
            Await.until(() -> keeper.status().get(0).putBack() == 1, "the keeper");
            Files.writeString(file, PLAIN);
            Await.until(() -> keeper.status().get(0).putBack() == 2, "the keeper");

            assertThat(file).hasContent(CHAINED);
        }
    }

    @Test
    void shouldLeaveAFileAloneThatIsNoNetworkAndServeTheOthers() throws Exception {
        final Path broken = Files.writeString(file("5-broken.conflist"), "{\"name\": \"broken\"");
        final Path sound = Files.writeString(file("10-net.conflist"), PLAIN);

        try (ConflistKeeper keeper = started(broken, sound)) {
            Await.until(() -> keeper.status().get(1).putBack() == 1, "the keeper");

            assertThat(broken).hasContent("{\"name\": \"broken\"");
            assertThat(keeper.status().get(0))
                    .isEqualTo(new KeptFile(broken.toString(), "unreadable", 0));
            Files.writeString(broken, PLAIN);
            Await.until(() -> keeper.status().get(0).putBack() == 1, "the keeper");
        }
    }

    @Test
    void shouldTouchNothingOnceClosed() throws Exception {
        final Path file = Files.writeString(file("10-net.conflist"), CHAINED);
        final ConflistKeeper keeper = started(file);
        Await.until(() -> keeper.status().get(0).state().equals("chained"), "the keeper");

        keeper.close();
        keeper.close();
        Files.writeString(file, PLAIN);

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(each -> each.getName().equals("weir-conflist"));
        assertThat(file).hasContent(PLAIN);
    }

    @Test
    void shouldWaitLongerEachTimeItsEntryIsTakenOutAgain() throws Exception {
        final Path file = Files.writeString(file("10-net.conflist"), PLAIN);
        final KeptConflist kept = new KeptConflist(new ConflistFile(file), ENTRY);
        final long second = TimeUnit.SECONDS.toNanos(1);

        assertThat(kept.look(0)).isEqualTo(KeptConflist.NEVER);
        assertThat(file).hasContent(CHAINED);
        Files.writeString(file, PLAIN);
        assertThat(kept.look(1)).isEqualTo(second - 1);
        assertThat(file).hasContent(PLAIN);
        assertThat(kept.status().state()).isEqualTo("unchained");
        assertThat(kept.look(second)).isEqualTo(KeptConflist.NEVER);
        assertThat(file).hasContent(CHAINED);
        Files.writeString(file, PLAIN);
        assertThat(kept.look(second)).isEqualTo(2 * second);
        assertThat(kept.status().putBack()).isEqualTo(2);
    }

    @Test
    void shouldNotOverwriteWhatAnotherProgramWroteMeanwhile() throws Exception {
        final ConflistFile file =
                new ConflistFile(Files.writeString(file("10-net.conflist"), PLAIN));
        final Conflist read = file.read();
        final String other = PLAIN.replace("bridge", "ptp");
        Files.writeString(file.path(), other);

        assertThat(file.replace(read, read.with(ENTRY))).isFalse();

        assertThat(file.path()).hasContent(other);
        assertThat(files()).containsExactly("10-net.conflist");
    }

    private Path file(final String name) {
        return folder.resolve(name);
    }

    private static ConflistKeeper started(final Path... files) throws IOException {
        final ConflistKeeper keeper = new ConflistKeeper(List.of(files), ENTRY);
        keeper.start();
        return keeper;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }
}
