package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConflistCommandTest extends CliContract {
    private static final List<String> NETWORKS =
            List.of(
                    "{\"name\":\"a\",\"plugins\":[{\"type\":\"bridge\",\"x\":[{\"y\":1}]}]}",
                    """
                    {
                      "cniVersion": "1.0.0",
                      "name": "a",
                      "plugins": [
                        { "type": "bridge", "ipam": { "type": "host-local" } },
                        {
                          "type": "portmap"
                        }
                      ],
                      "more": "ünïcode"
                    }
                    """);

    @Test
    void shouldAddOnceAndGiveTheSameBytesBack() throws IOException {
        for (final String network : NETWORKS) {
            final Path file = file("a.conflist", network);

            assertThat(alone("conflist", "add", file.toString()).exitCode()).isZero();
            final String added = Files.readString(file);
            assertThat(alone("conflist", "add", file.toString()).exitCode()).isZero();

            assertThat(added)
                    .contains("{ \"type\": \"weir-cni\", \"socket\": \"/run/weir/weir.sock\" }");
            assertThat(Files.readString(file)).isEqualTo(added);
            assertThat(alone("conflist", "name", file.toString()).out()).isEqualTo("a\n");
            assertThat(alone("conflist", "remove", file.toString()).exitCode()).isZero();
            assertThat(Files.readString(file)).isEqualTo(network);
            assertThat(alone("conflist", "remove", file.toString()).exitCode()).isZero();
            assertThat(Files.readString(file)).isEqualTo(network);
        }
    }

    @Test
    void shouldTakeTheEntryOutWhereverOthersPutIt() throws IOException {
        final Path file =
                file(
                        "a.conflist",
                        "{\"name\":\"a\",\"plugins\":[{\"type\":\"weir-cni\"}, {\"type\":\"b\"}]}");

        assertThat(alone("conflist", "remove", file.toString()).exitCode()).isZero();

        assertThat(Files.readString(file))
                .isEqualTo("{\"name\":\"a\",\"plugins\":[{\"type\":\"b\"}]}");
    }

    @Test
    void shouldLeaveAFileAloneThatIsNoNetwork() throws IOException {
        for (final String text :
                new String[] {"{}", "not JSON", "{\"name\":\"a\",\"plugins\":[]}"}) {
            final Path file = file("a.conflist", text);

            assertThat(alone("conflist", "add", file.toString()))
                    .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED))
                    .satisfies(outcome -> assertThat(outcome.err()).startsWith("weir: " + file));
            assertThat(Files.readString(file)).isEqualTo(text);
        }
    }
}
