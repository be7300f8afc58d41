package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lists in pages, tables, watches, and writes of several objects. */
class KubeReadsTest extends RestTest {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    @Test
    void shouldShowPagesOfOneStateWhileOthersWrite() throws IOException {
        for (final String name : List.of("a", "b", "c")) {
            post(POLICIES, policy(name));
        }
        final JsonNode first = http.get(POLICIES + "?limit=2").json();
        delete(POLICIES + "/c");
        post(POLICIES, policy("bb"));
        final String token = first.at("/metadata/continue").asText();

        final JsonNode second = http.get(POLICIES + "?limit=2&continue=" + token).json();

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        assertThat(names(second)).containsExactly("c");
        assertThat(second.at("/metadata/resourceVersion"))
                .isEqualTo(first.at("/metadata/resourceVersion"));
        assertThat(second.at("/metadata/continue").isMissingNode()).isTrue();
        assertThat(names(http.get(POLICIES).json())).containsExactly("a", "b", "bb");
        failure(http.get(POLICIES + "?continue=nonsense"), 400, "BadRequest");
        failure(
                http.get(POLICIES + "?resourceVersionMatch=Exact&resourceVersion=1"),
                410,
                "Expired");
        failure(http.get(POLICIES + "?resourceVersion=999999"), 504, "Timeout");
    }

    @Test
    void shouldMakeATableOrMetadataWhenAsked() throws IOException {
        post(POLICIES, policy("web"));

        final JsonNode table = get(POLICIES, TABLE + ",application/json");
        final JsonNode metadata =
                get(POLICIES, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");

        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.at("/columnDefinitions/1/name").asText()).isEqualTo("Pod-Selector");
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("web");
        assertThat(table.at("/rows/0/cells/1").asText()).isEqualTo("app=web");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(metadata.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(metadata.at("/items/0/spec").isMissingNode()).isTrue();
        assertThat(
                        http.send(
                                        "GET",
                                        POLICIES,
                                        Map.of("Accept", "application/yaml"),
                                        new byte[0])
                                .text())
                .contains("kind: NetworkPolicyList");
    }

    @Test
    void shouldSendWhatIsThereThenChangesThenABookmark() throws Exception {
        post(POLICIES, policy("a"));
        try (HttpOverUnix watch = watch("?watch=true&allowWatchBookmarks=true&timeoutSeconds=2")) {
            assertThat(event(watch)).isEqualTo("ADDED a");
            post(POLICIES, policy("b"));
            assertThat(event(watch)).isEqualTo("ADDED b");
            put(POLICIES + "/a", policy("a").replace("80", "81"));
            assertThat(event(watch)).isEqualTo("MODIFIED a");
            delete(POLICIES + "/b");
            assertThat(event(watch)).isEqualTo("DELETED b");
            assertThat(event(watch)).startsWith("BOOKMARK");
            assertThat(watch.readChunk()).isEmpty();
        }
    }

    @Test
    void shouldGoOnFromAVersionAndSeeObjectsComeIntoASelectionAndLeaveIt() throws Exception {
        post(POLICIES, policy("a"));
        final String version = http.get(POLICIES).json().at("/metadata/resourceVersion").asText();
        put(POLICIES + "/a", policy("a").replace("shop", "bank"));
        put(POLICIES + "/a", policy("a"));

        try (HttpOverUnix watch =
                watch("?watch=1&resourceVersion=" + version + "&labelSelector=team%3Dbank")) {
            assertThat(event(watch)).isEqualTo("ADDED a");
            assertThat(event(watch)).isEqualTo("DELETED a");
        }
    }

    @Test
    void shouldTellTheEndOfWhatIsThereWhenInitialEventsAreAskedFor() throws Exception {
        post(POLICIES, policy("a"));

        try (HttpOverUnix watch =
                watch(
                        "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                                + "&allowWatchBookmarks=true")) {
            assertThat(event(watch)).isEqualTo("ADDED a");
            final JsonNode bookmark = json(watch);
            assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
            assertThat(
                            bookmark.path("object")
                                    .at("/metadata/annotations")
                                    .path("k8s.io/initial-events-end")
                                    .asText())
                    .isEqualTo("true");
        }
    }

    @Test
    void shouldEndAWatchWithAnErrorAndCountItWhenTheHistoryIsGone() throws Exception {
        try (HttpOverUnix watch = watch("?watch=true&resourceVersion=1")) {
            final JsonNode event = json(watch);
            assertThat(event.path("type").asText()).isEqualTo("ERROR");
            assertThat(event.at("/object/code").asInt()).isEqualTo(410);
            assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
            assertThat(watch.readChunk()).isEmpty();
        }
        assertThat(agent.desired.changes().cut()).isEqualTo(1);
    }

    @Test
    void shouldWatchImpliedNamespaces() throws Exception {
        final JsonNode list = http.get("/api/v1/namespaces").json();

        assertThat(names(list)).containsExactly("default");
        assertThat(list.at("/items/0/metadata/uid").asText()).hasSize(36);
    }

    @Test
    void shouldHeedFieldValidation() throws IOException {
        final String odd = policy("odd").replace("\"spec\":{", "\"spec\":{\"colour\":1,");

        final JsonNode strict =
                failure(post(POLICIES + "?fieldValidation=Strict", odd), 400, "BadRequest");
        final Answer warned = post(POLICIES + "?fieldValidation=Warn", odd);
        final Answer ignored = put(POLICIES + "/odd?fieldValidation=Ignore", odd);

        assertThat(strict.path("message").asText())
                .isEqualTo(
                        "NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: strict"
                                + " decoding error: unknown field \"spec.colour\"");
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.header("warning"))
                .isEqualTo("299 - \"unknown field \\\"spec.colour\\\"\"");
        assertThat(warned.json().at("/spec/colour").isMissingNode()).isTrue();
        assertThat(ignored.code()).isEqualTo(200);
        failure(put(POLICIES + "/odd", odd), 422, "Invalid");
        failure(post(POLICIES + "?fieldValidation=Some", odd), 422, "Invalid");
    }

    @Test
    void shouldDeleteWhatSelectorsChoose() throws IOException {
        post(POLICIES, policy("a"));
        post(POLICIES, policy("b").replace("shop", "bank"));

        final JsonNode gone = delete(POLICIES + "?labelSelector=team%3Dbank").json();

        assertThat(names(gone)).containsExactly("b");
        assertThat(names(http.get(POLICIES).json())).containsExactly("a");
    }

    @Test
    void shouldApplyAListAsAWholeOrNotAtAll() throws IOException {
        final String good =
                "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":["
                        + policy("a")
                        + ","
                        + policy("b")
                        + ",{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"z\"}}"
                        + "]}";

        final JsonNode applied = post("/v1/apply", good).json();
        final JsonNode refused =
                failure(
                        post(
                                "/v1/apply",
                                good.replace("\"name\":\"a\"", "\"name\":\"c\"")
                                        .replace("\"name\":\"b\"", "\"name\":\"B\"")
                                        .replace("\"name\":\"z\"", "\"name\":\"Z!\"")),
                        422,
                        "Invalid");

        assertThat(applied.at("/items/0/outcome").asText()).isEqualTo("created");
        assertThat(applied.at("/items/2/object/kind").asText()).isEqualTo("Namespace");
        final List<String> fields = new ArrayList<>();
        refused.at("/details/causes").forEach(each -> fields.add(each.path("field").asText()));
        assertThat(fields).containsExactly("items[1].metadata.name", "items[2].metadata.name");
        assertThat(names(http.get(POLICIES).json())).containsExactly("a", "b");
        assertThat(post("/v1/apply?dryRun=All", policy("d")).json().at("/items/0/outcome").asText())
                .isEqualTo("created");
        failure(http.get(POLICIES + "/d"), 404, "NotFound");
        failure(post("/v1/apply", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}"), 422, "Invalid");
    }

    private HttpOverUnix watch(final String query) throws IOException {
        final HttpOverUnix watch = agent.connect();
        watch.write(HttpOverUnix.head("GET", POLICIES + query, Map.of(), 0));
        assertThat(watch.readHead().code()).isEqualTo(200);
        return watch;
    }

    private static JsonNode json(final HttpOverUnix watch) throws IOException {
        return new ObjectMapper().readTree(new String(watch.readChunk(), StandardCharsets.UTF_8));
    }

    private static String event(final HttpOverUnix watch) throws IOException {
        final JsonNode event = json(watch);
        return event.path("type").asText() + " " + event.at("/object/metadata/name").asText();
    }

    private JsonNode get(final String path, final String accept) throws IOException {
        return http.send("GET", path, Map.of("Accept", accept), new byte[0]).json();
    }

    private static List<String> names(final JsonNode list) {
        final List<String> names = new ArrayList<>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }
}
