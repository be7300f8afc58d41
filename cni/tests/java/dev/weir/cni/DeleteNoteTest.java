package dev.weir.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A DEL never fails for want of an agent: what nobody heard is written down. */
class DeleteNoteTest {
    @TempDir Path folder;
    private Path socket;
    private Path notes;

    @BeforeEach
    void place() {
        socket = folder.resolve("run/weir.sock");
        notes = folder.resolve("run/weir.sock.deletes");
    }

    private Plugin delete() {
        return Plugin.attachment("DEL").stdin(Plugin.config("1.0.0", socket));
    }

    private List<Path> notes() throws IOException {
        try (Stream<Path> files = Files.list(notes)) {
            return files.sorted().toList();
        }
    }

    private static void assertDone(final Plugin.Outcome outcome) {
        assertThat(outcome.stdout()).isEmpty();
        assertThat(outcome.stderr()).isEmpty();
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void shouldWriteDownWhatWasToBeDeleted() throws Exception {
        assertDone(delete().run());

        final List<Path> written = notes();
        assertThat(written).hasSize(1);
        assertThat(written.get(0).getFileName().toString()).matches("default-web-[0-9a-f]+\\.json");
        final JsonNode note = Plugin.JSON.readTree(written.get(0).toFile());
        final ObjectNode expected = Plugin.JSON.createObjectNode();
        expected.put("containerId", "default-web")
                .put("ifname", "eth0")
                .put("netns", "/proc/1234/ns/net")
                .put("network", "net");
        assertThat(note).isEqualTo(expected);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written.get(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldWriteOneNoteHoweverOftenItIsAsked() throws Exception {
        assertDone(delete().run());
        assertDone(delete().without("CNI_NETNS").run());
        assertThat(notes()).hasSize(1);

        assertDone(delete().with("CNI_IFNAME", "eth1").run());
        assertDone(delete().with("CNI_CONTAINERID", "other").run());
        assertThat(notes()).hasSize(3);
    }

    @Test
    void shouldWriteThroughTheLinkThatTheAgentLeft() throws Exception {
        final Path state = Files.createDirectories(folder.resolve("state/deletes"));
        Files.createDirectories(notes.getParent());
        Files.createSymbolicLink(notes, state);

        assertDone(delete().run());

        try (Stream<Path> files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldSucceedWithoutNetnsAndPrevResult() throws Exception {
        final ObjectNode config = Plugin.config("1.0.0", socket);
        config.remove("prevResult");

        assertDone(Plugin.attachment("DEL").without("CNI_NETNS").stdin(config).run());
        assertThat(notes()).hasSize(1);

        Files.createDirectories(socket.getParent());
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "")) {
            assertDone(Plugin.attachment("DEL").without("CNI_NETNS").stdin(config).run());
            assertThat(agent.requests().get(0).body().path("netns").asText()).isEmpty();
        }
    }

    @Test
    void shouldWriteNoNoteWhenTheAgentAnswers() throws Exception {
        Files.createDirectories(socket.getParent());
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "")) {
            assertDone(delete().run());
            assertDone(delete().run());
            assertThat(agent.commands()).containsExactly("DEL", "DEL");
        }
        assertThat(notes).doesNotExist();
    }

    @Test
    void shouldWriteANoteWhenTheAgentHangsOrIsNone() throws Exception {
        Files.createDirectories(socket.getParent());
        try (FakeAgent agent = FakeAgent.hanging(socket)) {
            assertDone(delete().run());
            assertThat(agent.commands()).containsExactly("DEL");
        }
        assertThat(notes()).hasSize(1);
        try (FakeAgent agent = FakeAgent.answering(socket, 404, "not here")) {
            assertDone(delete().with("CNI_CONTAINERID", "other").run());
            assertThat(agent.commands()).containsExactly("DEL");
        }
        assertThat(notes()).hasSize(2);
    }

    @Test
    void shouldWriteANoteWhenTheAgentSaysTryAgainLater() throws Exception {
        Files.createDirectories(socket.getParent());
        final String leaving = "{\"cniVersion\":\"1.0.0\",\"code\":11,\"msg\":\"ending\"}";
        try (FakeAgent agent = FakeAgent.answering(socket, 503, leaving)) {
            assertDone(delete().run());
            assertThat(agent.commands()).containsExactly("DEL");
        }
        assertThat(notes()).hasSize(1);
    }

    @Test
    void shouldForgetTheNoteOfAContainerThatIsAddedAgain() throws Exception {
        assertDone(delete().run());
        assertDone(delete().with("CNI_CONTAINERID", "other").run());
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            final Plugin.Outcome outcome =
                    Plugin.attachment("ADD").stdin(Plugin.config("1.0.0", socket)).run();
            assertThat(outcome.exit()).isZero();
            assertThat(agent.commands()).containsExactly("ADD");
        }
        assertThat(notes()).singleElement().asString().contains("/other-");
    }

    @Test
    void shouldFailWhenNotEvenTheNoteCanBeWritten() throws Exception {
        Files.createDirectories(socket.getParent());
        Files.writeString(notes, "a file where the folder should be");

        final Plugin.Outcome outcome = delete().run();

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.code()).isEqualTo(5);
        assertThat(outcome.msg()).contains(notes.toString(), "Not a directory");
    }

    @Test
    void shouldFailWhenTheFolderIsNotWritable() throws Exception {
        Files.createDirectories(notes);
        Files.setPosixFilePermissions(notes, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(notes)).as("root may write anywhere").isFalse();

        final Plugin.Outcome outcome = delete().run();

        assertThat(outcome.code()).isEqualTo(5);
        assertThat(outcome.msg()).contains("Permission denied");
    }
}
