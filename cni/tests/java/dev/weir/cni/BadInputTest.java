package dev.weir.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plugin refuses by itself: no agent is asked, and the error says what was expected. */
class BadInputTest {
    private static final int CONFIG_LIMIT = 1024 * 1024;

    @TempDir Path folder;

    private ObjectNode config() {
        return Plugin.config("1.0.0", folder.resolve("weir.sock"));
    }

    private static void assertError(
            final Plugin.Outcome outcome, final int code, final String... words) throws Exception {
        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.code()).as(outcome.stdout()).isEqualTo(code);
        assertThat(outcome.msg()).contains(words);
        assertThat(outcome.json().path("cniVersion").asText()).isNotEmpty();
        assertThat(outcome.stderr()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADD|CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME",
                "CHECK|CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME",
                "DEL|CNI_CONTAINERID,CNI_IFNAME"
            })
    void shouldNameEveryMissingVariable(final String verb, final String names) throws Exception {
        final Plugin.Outcome outcome = Plugin.verb(verb).stdin(config()).run();

        assertError(outcome, 4, names.split(","));
        assertThat(outcome.msg().split(";")).hasSameSizeAs(names.split(","));
    }

    @Test
    void shouldNameEveryWrongVariable() throws Exception {
        final Plugin.Outcome outcome =
                Plugin.attachment("ADD")
                        .with("CNI_CONTAINERID", "../../etc")
                        .with("CNI_IFNAME", "a/b")
                        .without("CNI_NETNS")
                        .stdin(config())
                        .run();

        assertError(outcome, 4, "CNI_CONTAINERID is malformed", "CNI_IFNAME is no", "CNI_NETNS");
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "sixteencharacter", "a b", "a:b", "a/b", "a\tb"})
    void shouldRefuseAnInterfaceNameThatLinuxRefuses(final String name) throws Exception {
        assertError(
                Plugin.attachment("DEL").with("CNI_IFNAME", name).stdin(config()).run(),
                4,
                "CNI_IFNAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "add", "REMOVE", "ADD "})
    void shouldRefuseAnUnknownCommand(final String command) throws Exception {
        assertError(
                Plugin.attachment("ADD").with("CNI_COMMAND", command).stdin(config()).run(),
                4,
                "CNI_COMMAND");
    }

    @Test
    void shouldRefuseAVariableThatIsTooLong() throws Exception {
        assertError(
                Plugin.attachment("ADD")
                        .with("CNI_ARGS", "A=" + "x".repeat(70_000))
                        .stdin(config())
                        .run(),
                4,
                "CNI_ARGS is too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "7",
                "\"text\"",
                "{\"cniVersion\":\"1.0.0\"} trailing",
                "{'cniVersion':'1.0.0'}",
                "{\"a\":1,}",
                "{\"name\":\"\\ud800\"}"
            })
    void shouldRefuseWhatIsNoJsonObject(final String stdin) throws Exception {
        assertError(Plugin.attachment("ADD").stdin(stdin).run(), 6, "stdin", "expected");
        assertError(Plugin.attachment("DEL").stdin(stdin).run(), 6, "stdin", "expected");
    }

    @Test
    void shouldSayWhereTheJsonIsBroken() throws Exception {
        final Plugin.Outcome outcome = Plugin.attachment("ADD").stdin("{\n\"a\": }").run();

        assertThat(outcome.json().path("details").asText()).contains("line 2");
    }

    @Test
    void shouldRefuseBytesThatAreNotUtf8() throws Exception {
        final byte[] stdin = "{\"name\":\"X\"}".getBytes(StandardCharsets.US_ASCII);
        stdin[9] = (byte) 0xff;

        assertError(Plugin.attachment("ADD").stdin(stdin).run(), 6, "stdin");
    }

    @Test
    void shouldRefuseADeeplyNestedConfiguration() throws Exception {
        final String deep = "{\"a\":" + "[".repeat(400_000) + "]".repeat(400_000) + "}";

        assertError(Plugin.attachment("ADD").stdin(deep).run(), 6, "stdin");
    }

    @Test
    void shouldTakeExactlyOneMebibyteOfConfiguration() throws Exception {
        final ObjectNode config = config();
        config.put("padding", "");
        config.put("padding", "x".repeat(CONFIG_LIMIT - config.toString().length()));
        final Path socket = folder.resolve("weir.sock");
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            assertThat(Plugin.attachment("ADD").stdin(config).run().exit()).isZero();
            assertThat(agent.requests()).hasSize(1);

            final String larger = config + " ";
            assertError(
                    Plugin.attachment("ADD").stdin(larger).run(), 6, "stdin: more than 1048576");
            assertThat(agent.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1.0", "0.2.0", "0.5.0", "1.2.0", "2.0.0", "1.0", "latest"})
    void shouldRefuseAVersionItDoesNotSpeak(final String version) throws Exception {
        final ObjectNode config = config().put("cniVersion", version);

        assertError(
                Plugin.attachment("ADD").stdin(config).run(), 1, "cniVersion: " + version, "1.1.0");
        assertError(Plugin.attachment("DEL").stdin(config).run(), 1, "cniVersion: " + version);
    }

    @Test
    void shouldTakeAMissingVersionForTheOldest() throws Exception {
        final ObjectNode config = config();
        config.remove("cniVersion");

        assertError(Plugin.attachment("ADD").stdin(config).run(), 1, "cniVersion: 0.1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cniVersion|7|cniVersion: a number",
                "name|null|name: null",
                "name|\"\"|name: \"\"",
                "name|\"a/b\"|name: \"a/b\"",
                "name|\"a\\u0000b\"|name",
                "socket|7|socket: a number",
                "socket|\"\"|socket: ",
                "socket|\"weir.sock\"|socket: weir.sock (expected: an absolute path",
                "socket|\"/a\\u0000b\"|socket",
                "labels|[]|labels: an array",
                "labels|{\"a\":1}|labels.a: a number",
                "prevResult|null|prevResult: missing",
                "prevResult|\"x\"|prevResult: a string",
                "prevResult|[]|prevResult: an array"
            })
    void shouldNameTheFieldThatIsWrong(final String key, final String value, final String words)
            throws Exception {
        final ObjectNode config = config();
        config.set(key, Plugin.JSON.readTree(value));

        assertError(Plugin.attachment("ADD").stdin(config).run(), 7, words, "expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "prevResult"})
    void shouldNameTheFieldThatIsMissing(final String key) throws Exception {
        final ObjectNode config = config();
        config.remove(key);

        assertError(Plugin.attachment("ADD").stdin(config).run(), 7, key + ": missing");
        assertError(Plugin.attachment("CHECK").stdin(config).run(), 7, key + ": missing");
    }

    @Test
    void shouldRefuseASocketPathThatNoSocketCanHave() throws Exception {
        final ObjectNode config = config().put("socket", "/" + "x".repeat(108));

        assertError(Plugin.attachment("ADD").stdin(config).run(), 7, "socket: /xxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "7"})
    void shouldNotCollectWithoutAListOfWhatIsValid(final String value) throws Exception {
        final ObjectNode config = config().put("cniVersion", "1.1.0");
        if (!value.isEmpty()) {
            config.set("cni.dev/valid-attachments", Plugin.JSON.readTree(value));
        }
        assertError(Plugin.verb("GC").stdin(config).run(), 7, "cni.dev/valid-attachments");
    }
}
