package dev.weir.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each verb in each version of the specification, against an agent that answers. */
class VerbsTest {
    private static final List<String> VERSIONS =
            List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");

    @TempDir Path folder;

    static Stream<Arguments> verbsByVersion() {
        return VERSIONS.stream()
                .flatMap(
                        version ->
                                Stream.of("ADD", "DEL", "CHECK", "STATUS", "GC")
                                        .filter(verb -> has(version, verb))
                                        .map(verb -> Arguments.of(verb, version)));
    }

    static Stream<Arguments> verbsTooNew() {
        return VERSIONS.stream()
                .flatMap(
                        version ->
                                Stream.of("CHECK", "STATUS", "GC")
                                        .filter(verb -> !has(version, verb))
                                        .map(verb -> Arguments.of(verb, version)));
    }

    private static boolean has(final String version, final String verb) {
        return switch (verb) {
            case "CHECK" -> VERSIONS.indexOf(version) >= VERSIONS.indexOf("0.4.0");
            case "STATUS", "GC" -> version.equals("1.1.0");
            default -> true;
        };
    }

    @ParameterizedTest
    @MethodSource("verbsByVersion")
    void shouldHandOverWhatTheRuntimeSaid(final String verb, final String version)
            throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final ObjectNode config = Plugin.config(version, socket);
        config.putArray("cni.dev/valid-attachments");
        final String body = verb.equals("ADD") ? "{\"cniVersion\":\"" + version + "\"}" : "";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, body)) {
            final Plugin.Outcome outcome = Plugin.attachment(verb).stdin(config).run();

            assertThat(outcome.exit()).isZero();
            assertThat(outcome.stdout()).isEqualTo(body);
            assertThat(outcome.stderr()).isEmpty();
            assertThat(agent.requests()).hasSize(1);
            final FakeAgent.Request request = agent.requests().get(0);
            assertThat(request.line()).isEqualTo("POST /v1/cni HTTP/1.1");
            assertThat(request.head()).contains("Content-Type: application/json");
            final ObjectNode expected = Plugin.JSON.createObjectNode();
            expected.put("command", verb)
                    .put("containerId", "default-web")
                    .put("netns", "/proc/1234/ns/net")
                    .put("ifname", "eth0")
                    .put("args", "IgnoreUnknown=1;K8S_POD_NAME=web")
                    .put("path", "/opt/cni/bin")
                    .set("config", config);
            assertThat((JsonNode) expected).isEqualTo(request.body());
        }
    }

    @ParameterizedTest
    @MethodSource("verbsTooNew")
    void shouldRefuseAVerbThatTheVersionDoesNotHave(final String verb, final String version)
            throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final Plugin.Outcome outcome =
                Plugin.attachment(verb).stdin(Plugin.config(version, socket)).run();

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.json().path("cniVersion").asText()).isEqualTo(version);
        assertThat(outcome.msg()).contains(version, verb, "expected: at least");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
    void shouldTellItsVersionsInTheAskedOne(final String version) throws Exception {
        final Plugin.Outcome outcome =
                Plugin.verb("VERSION").stdin("{\"cniVersion\":\"" + version + "\"}").run();

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.json().path("cniVersion").asText()).isEqualTo(version);
        assertThat(texts(outcome.json().path("supportedVersions"))).isEqualTo(VERSIONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"cniVersion\":\"0.1.0\"}", "{\"cniVersion\":\"9.9.9\"}"})
    void shouldTellItsVersionsWhateverWasAsked(final String stdin) throws Exception {
        final Plugin.Outcome outcome = Plugin.verb("VERSION").stdin(stdin).run();

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.json().path("cniVersion").asText()).isEqualTo("1.1.0");
        assertThat(texts(outcome.json().path("supportedVersions"))).isEqualTo(VERSIONS);
    }

    private static List<String> texts(final JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    @Test
    void shouldPrintTheResultByteForByte() throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final String result =
                "{ \"cniVersion\" : \"1.0.0\", \"big\":123456789012345678901234567890,"
                        + "\"real\":0.10, \"ünknown\":{\"a\\u0000b\":[null]} }\n";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, result)) {
            final Plugin.Outcome outcome =
                    Plugin.attachment("ADD").stdin(Plugin.config("1.0.0", socket)).run();

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(agent.commands()).as("NUL in a key: no JSON for us").contains("DEL");
        }
        final String plain = result.replace("a\\u0000b", "a\\u0001b");
        try (FakeAgent agent = FakeAgent.answering(socket, 200, plain)) {
            final Plugin.Outcome outcome =
                    Plugin.attachment("ADD").stdin(Plugin.config("1.0.0", socket)).run();

            assertThat(outcome.exit()).isZero();
            assertThat(outcome.stdout()).isEqualTo(plain);
            assertThat(agent.commands()).containsExactly("ADD");
        }
    }

    @Test
    void shouldHandOverTheConfigurationByteForByte() throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final String config =
                "{\"cniVersion\":\"1.0.0\", \"name\":\"net\", \"socket\":\""
                        + socket
                        + "\", \"big\":123456789012345678901234567890, \"real\":1.50,"
                        + " \"prevResult\":{\"x\":\"\\u0000\"} }";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            assertThat(Plugin.attachment("ADD").stdin(config).run().exit()).isZero();
            assertThat(agent.requests().get(0).text()).endsWith(",\"config\":" + config + "}");
        }
    }

    @ParameterizedTest
    @CsvSource({"ADD,3", "CHECK,3", "DEL,5", "GC,5", "STATUS,51", "ADD,2", "ADD,117"})
    void shouldPrintTheAgentsErrorInItsOwnWords(final String verb, final int code)
            throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final ObjectNode config = Plugin.config("1.1.0", socket);
        config.putArray("cni.dev/valid-attachments");
        final String error =
                "{\"cniVersion\":\"1.1.0\",\"code\":"
                        + code
                        + ",\"msg\":\"container: unknown\",\"details\":\"more\"}";
        try (FakeAgent agent = FakeAgent.answering(socket, 422, error)) {
            final Plugin.Outcome outcome = Plugin.attachment(verb).stdin(config).run();

            assertThat(outcome.exit()).isEqualTo(1);
            assertThat(outcome.json()).isEqualTo(Plugin.JSON.readTree(error));
            assertThat(agent.commands()).containsExactly(verb);
        }
    }

    @Test
    void shouldTakeNullForAnEmptyListOfValidAttachments() throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final ObjectNode config = Plugin.config("1.1.0", socket);
        config.putNull("cni.dev/valid-attachments");
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "")) {
            assertThat(Plugin.verb("GC").stdin(config).run().exit()).isZero();
            assertThat(agent.commands()).containsExactly("GC");
        }
    }

    @Test
    void shouldAnswerAddManyTimesAtOnce() throws Exception {
        final Path socket = folder.resolve("weir.sock");
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            final List<Integer> exits =
                    Stream.iterate(0, i -> i + 1)
                            .limit(12)
                            .parallel()
                            .map(i -> exitOfAdd(socket))
                            .toList();
            assertThat(exits).containsOnly(0);
            assertThat(agent.requests()).hasSize(12);
        }
    }

    private static int exitOfAdd(final Path socket) {
        try {
            return Plugin.attachment("ADD").stdin(Plugin.config("1.0.0", socket)).run().exit();
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }
}
