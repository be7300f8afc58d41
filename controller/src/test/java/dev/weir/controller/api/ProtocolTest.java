package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP itself: good and bad requests, slow and many clients. */
@Timeout(30)
class ProtocolTest extends RestTest {
    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws IOException {
        final StringBuilder requests = new StringBuilder();
        requests.append(HttpOverUnix.head("GET", POLICIES, Map.of(), 0));
        requests.append(HttpOverUnix.head("GET", "/healthz", Map.of(), 0));
        final String body = policy("web");
        requests.append(
                        HttpOverUnix.head(
                                "POST", POLICIES, Map.of("Content-Type", JSON), body.length()))
                .append(body);
        requests.append(HttpOverUnix.head("GET", POLICIES + "/web", Map.of(), 0));

        http.write(requests.toString());

        assertThat(http.read(false).json().path("items")).isEmpty();
        assertThat(http.read(false).text()).isEqualTo("ok\n");
        assertThat(http.read(false).code()).isEqualTo(201);
        assertThat(http.read(false).json().at("/metadata/name").asText()).isEqualTo("web");
    }

    @Test
    void shouldAnswerForAHandlerThatIsLateAndGoOn() throws IOException {
        final JsonNode status =
                failure(
                        post("/v1/cni", "{\"command\":\"ADD\",\"netns\":\"/slow\",\"config\":{}}"),
                        504,
                        "Timeout");
        agent.slow.complete(new CniService.Reply(false, null));

        assertThat(status.path("message").asText()).contains("may still happen");
        assertThat(http.get("/healthz").text()).isEqualTo("ok\n");
    }

    @Test
    void shouldKeepTheConnectionWhenAskedNothingElse() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(http.get("/healthz").code()).isEqualTo(200);
        }
        final Answer last =
                http.send("GET", "/healthz", Map.of("Connection", "close"), new byte[0]);

        assertThat(last.header("connection")).isEqualTo("close");
        assertThat(http.isClosedByServer()).isTrue();
    }

    @Test
    void shouldAnswerHeadWithoutABody() throws IOException {
        final Answer head = http.send("HEAD", "/healthz", Map.of(), new byte[0]);

        assertThat(head.code()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo("3");
        assertThat(http.get("/healthz").text()).isEqualTo("ok\n");
    }

    @Test
    void shouldAnswerWhenTheClientHasClosedItsSide() throws IOException {
        try (var channel =
                java.nio.channels.SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            channel.connect(java.net.UnixDomainSocketAddress.of(agent.socket));
            channel.write(
                    StandardCharsets.UTF_8.encode(HttpOverUnix.head("GET", POLICIES, Map.of(), 0)));
            channel.shutdownOutput();

            final byte[] answer = java.nio.channels.Channels.newInputStream(channel).readAllBytes();

            assertThat(new String(answer, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/none",
                "/v1",
                "/v1/endpoints/",
                "/v1/endpoints/a/b",
                "/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies",
                "//v1/endpoints"
            })
    void shouldNotFindWhatIsNotThere(final String path) throws IOException {
        failure(http.get(path), 404, "NotFound");
    }

    @Test
    void shouldSayWhichMethodsAPathHas() throws IOException {
        final Answer answer = http.send("PUT", "/v1/endpoints", JSON, "{}");

        failure(answer, 405, "MethodNotAllowed");
        assertThat(answer.header("allow")).isEqualTo("GET, POST");
        failure(delete("/api/v1/namespaces"), 405, "MethodNotAllowed");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "*/*, 200",
        "application/*, 200",
        "'application/vnd.kubernetes.protobuf, application/json;q=0.5', 200",
        "'application/json;as=Table;v=v1;g=meta.k8s.io,application/json', 200",
        "text/html, 406",
        "application/json;q=0, 406",
    })
    void shouldHeedAccept(final String accept, final int code) throws IOException {
        final Answer answer = http.send("GET", POLICIES, Map.of("Accept", accept), new byte[0]);

        assertThat(answer.code()).isEqualTo(code);
        if (code == 406) {
            failure(answer, 406, "NotAcceptable");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "multipart/form-data"})
    void shouldRefuseBodiesOfOtherTypes(final String type) throws IOException {
        failure(http.send("POST", POLICIES, type, policy("web")), 415, "UnsupportedMediaType");
    }

    @Test
    void shouldTakeABodyWithoutATypeForJsonAsTheApiServerDoes() throws IOException {
        final Answer created =
                http.send(
                        "POST", POLICIES, Map.of(), policy("web").getBytes(StandardCharsets.UTF_8));

        assertThat(created.code()).as(created.text()).isEqualTo(201);
    }

    @Test
    void shouldRefuseABodyThatIsTooLarge() throws IOException {
        failure(post(POLICIES, " ".repeat(TestAgent.BODY_LIMIT + 1)), 413, "RequestEntityTooLarge");

        assertThat(http.isClosedByServer()).isTrue();
    }

    @Test
    void shouldRefuseAChunkedBodyThatGrowsTooLarge() throws IOException {
        http.write(
                "POST "
                        + POLICIES
                        + " HTTP/1.1\r\nHost: w\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        final String chunk = "1000\r\n" + " ".repeat(4_096) + "\r\n";
        for (int i = 0; i <= TestAgent.BODY_LIMIT / 4_096; i++) {
            http.write(chunk);
        }

        failure(http.read(false), 413, "RequestEntityTooLarge");
    }

    @Test
    void shouldTakeABodyInChunks() throws IOException {
        final String body = policy("web");
        http.write(
                "POST "
                        + POLICIES
                        + " HTTP/1.1\r\nHost: w\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n");
        http.write(Integer.toHexString(10) + "\r\n" + body.substring(0, 10) + "\r\n");
        http.write(
                Integer.toHexString(body.length() - 10)
                        + "\r\n"
                        + body.substring(10)
                        + "\r\n0\r\n\r\n");

        assertThat(http.read(false).code()).isEqualTo(201);
    }

    @Test
    void shouldAskForTheBodyOnlyWhenItWillBeTaken() throws IOException {
        final String body = policy("web");
        final Map<String, String> headers = Map.of("Content-Type", JSON, "Expect", "100-continue");
        http.write(HttpOverUnix.head("POST", POLICIES, headers, body.length()));
        assertThat(http.read(false).code()).isEqualTo(100);
        http.write(body);
        assertThat(http.read(false).code()).isEqualTo(201);

        http.write(HttpOverUnix.head("POST", POLICIES, headers, TestAgent.BODY_LIMIT + 1));
        failure(http.read(false), 413, "RequestEntityTooLarge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\":|end-of-input",
                "{\"kind\":\"NetworkPolicy\",\"kind\":\"NetworkPolicy\"}|Duplicate field 'kind'",
                "{} {}|Trailing token",
                "[]|a list (expected: an object)",
                "''|empty",
                "{'a':1}|double-quote",
            })
    void shouldSayWhatIsWrongWithJson(final String body, final String message) throws IOException {
        final JsonNode status =
                failure(post(POLICIES, body.equals("''") ? "" : body), 400, "BadRequest");

        assertThat(status.path("message").asText()).contains(message);
    }

    @Test
    void shouldRefuseJsonThatNestsTooDeep() throws IOException {
        failure(post(POLICIES, "{\"a\":".repeat(100) + "1" + "}".repeat(100)), 400, "BadRequest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: [1|line 1",
                "a: 1~a: 2|key a comes twice",
                "a: 1~---~b: 2|single document",
                "[1]: 2|a key must be a string",
                "a: &x {b: 1}~c: {<<: *x}|merge key",
                "a: !!java.net.URL [x]|tag",
                "a: *none|undefined alias",
                "~|empty",
            })
    void shouldSayWhatIsWrongWithYaml(final String body, final String message) throws IOException {
        final JsonNode status =
                failure(
                        http.send("POST", POLICIES, YAML, body.replace('~', '\n')),
                        400,
                        "BadRequest");

        assertThat(status.path("message").asText()).contains(message);
    }

    @Test
    void shouldRefuseAYamlBomb() throws IOException {
        final StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d,".formatted(i - 1).repeat(10))
                    .append("]\n");
        }

        final JsonNode status =
                failure(http.send("POST", POLICIES, YAML, bomb.toString()), 400, "BadRequest");

        assertThat(status.path("message").asText()).contains("aliases");
    }

    @Test
    void shouldRefuseYamlThatIsNotUtf8() throws IOException {
        failure(
                http.send("POST", POLICIES, Map.of("Content-Type", YAML), new byte[] {(byte) 0xFF}),
                400,
                "BadRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET /healthz HTTP/9.x\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: w\r\nContent-Length: x\r\n\r\n",
                "POST /v1/cni HTTP/1.1\r\nHost: w\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void shouldRefuseWhatIsNotHttp(final String request) throws IOException {
        http.write(request);

        failure(http.read(false), 400, "BadRequest");
        assertThat(http.isClosedByServer()).isTrue();
    }

    @Test
    void shouldRefuseAPathThatIsTooLongOrBadlyEncoded() throws IOException {
        failure(http.get("/v1/endpoints/%zz"), 400, "BadRequest");
        failure(http.get("/" + "x".repeat(20_000)), 414, "RequestURITooLong");
    }

    @Test
    void shouldRefuseHeadersThatAreTooLong() throws IOException {
        failure(
                http.send("GET", "/healthz", Map.of("X-Long", "x".repeat(40_000)), new byte[0]),
                431,
                "RequestHeaderTooLarge");
    }

    @Test
    void shouldDecodeAPathBeforeItLooksForAnObject() throws IOException {
        post(POLICIES, policy("web"));

        assertThat(http.get(POLICIES + "/%77eb").json().at("/metadata/name").asText())
                .isEqualTo("web");
        failure(http.get(POLICIES + "/..%2Fweb"), 404, "NotFound");
    }

    @Test
    void shouldNotWaitForAClientThatSendsSlowly() throws IOException {
        http.write("POST " + POLICIES + " HTTP/1.1\r\nHost: w\r\nContent-Le");

        failure(http.read(false), 408, "Timeout");

        assertThat(http.isClosedByServer()).isTrue();
    }

    @Test
    void shouldNotWaitForABodyThatDoesNotCome() throws IOException {
        http.write(HttpOverUnix.head("POST", POLICIES, Map.of("Content-Type", JSON), 100) + "{");

        failure(http.read(false), 408, "Timeout");
    }

    @Test
    void shouldServeManyClientsAtOnce() {
        final List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            final String name = "web" + i;
            clients.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (HttpOverUnix mine = agent.connect()) {
                                    final Answer written =
                                            mine.send(
                                                    "PUT",
                                                    POLICIES + "/" + name,
                                                    JSON,
                                                    policy(name));
                                    return written.code() == 200
                                            ? mine.get(POLICIES + "/" + name).code()
                                            : written.code();
                                } catch (final IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }));
        }

        assertThat(clients).extracting(CompletableFuture::join).containsOnly(200);
        assertThat(agent.desired.snapshot().desired().policies()).hasSize(16);
    }

    @Test
    void shouldFinishWhatIsUnderWayWhenClosed() throws IOException {
        http.write(
                HttpOverUnix.head(
                                "PUT",
                                POLICIES + "/web",
                                Map.of("Content-Type", JSON),
                                policy("web").length())
                        + policy("web"));
        assertThat(http.read(false).code()).isEqualTo(200);

        agent.server().close();

        assertThat(http.isClosedByServer()).isTrue();
        assertThat(agent.socket).doesNotExist();
    }
}
