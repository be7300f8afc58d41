package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PATCH of Kubernetes objects, in its three dialects. */
class PatchTest extends RestTest {
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String WEB = POLICIES + "/web";

    @BeforeEach
    void writePolicy() throws IOException {
        post(POLICIES, policy("web"));
    }

    @Test
    void shouldApplyEveryOperationOfAJsonPatch() throws IOException {
        final Answer patched =
                patch(
                        WEB,
                        JSON_PATCH,
                        """
                        [{"op":"test","path":"/spec/ingress/0/ports/0/port","value":80},
                         {"op":"replace","path":"/spec/ingress/0/ports/0/port","value":81},
                         {"op":"add","path":"/spec/ingress/0/ports/-","value":{"port":82}},
                         {"op":"add","path":"/metadata/labels/a~1b","value":"c"},
                         {"op":"copy","from":"/metadata/labels/team","path":"/metadata/labels/t2"},
                         {"op":"move","from":"/metadata/labels/team","path":"/metadata/labels/t3"},
                         {"op":"remove","path":"/spec/ingress/0/from"}]
                        """);

        assertThat(patched.code()).as(patched.text()).isEqualTo(200);
        final JsonNode object = http.get(WEB).json();
        assertThat(object.at("/spec/ingress/0/ports/0/port").asInt()).isEqualTo(81);
        assertThat(object.at("/spec/ingress/0/ports/1/port").asInt()).isEqualTo(82);
        assertThat(object.at("/spec/ingress/0/from").isMissingNode()).isTrue();
        assertThat(object.at("/metadata/labels").toString())
                .contains("\"a/b\":\"c\"", "\"t2\":\"shop\"", "\"t3\":\"shop\"")
                .doesNotContain("team");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"other\"}]",
                "[{\"op\":\"remove\",\"path\":\"/metadata/labels/none\"}]",
                "[{\"op\":\"replace\",\"path\":\"/spec/none\",\"value\":1}]",
                "[{\"op\":\"add\",\"path\":\"/spec/ingress/7\",\"value\":{}}]",
                "[{\"op\":\"add\",\"path\":\"/spec/ingress/01\",\"value\":{}}]",
                "[{\"op\":\"move\",\"from\":\"/spec\",\"path\":\"/spec/podSelector\"}]",
                "[{\"op\":\"remove\",\"path\":\"\"}]",
                "[{\"op\":\"replace\",\"path\":\"/spec/podSelector\",\"value\":7}]",
            })
    void shouldRefuseAJsonPatchThatCannotBeApplied(final String patch) throws IOException {
        final JsonNode before = http.get(WEB).json();

        failure(patch(WEB, JSON_PATCH, patch), 422, "Invalid");

        assertThat(http.get(WEB).json()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{\"op\":\"jump\",\"path\":\"/a\"}]",
                "[{\"op\":\"add\",\"path\":\"/a\"}]",
                "[{\"op\":\"add\",\"path\":\"a\",\"value\":1}]",
                "[{\"op\":\"copy\",\"path\":\"/a\"}",
                "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]",
                "[{\"op\":\"replace\",\"path\":\"/metadata/name\",\"value\":\"other\"}]",
            })
    void shouldRefuseAMalformedJsonPatch(final String patch) throws IOException {
        failure(patch(WEB, JSON_PATCH, patch), 400, "BadRequest");
    }

    @Test
    void shouldMergeObjectsAndReplaceListsWhenMergePatch() throws IOException {
        final JsonNode patched =
                patch(
                                WEB,
                                MERGE,
                                """
                                {"metadata":{"labels":{"team":null,"x":"1"}},
                                 "spec":{"ingress":[{}]}}
                                """)
                        .json();

        assertThat(patched.at("/metadata/labels").toString()).isEqualTo("{\"x\":\"1\"}");
        assertThat(patched.at("/spec/ingress").size()).isEqualTo(1);
        assertThat(patched.at("/spec/podSelector/matchLabels/app").asText()).isEqualTo("web");
        failure(patch(WEB, MERGE, "[1]"), 400, "BadRequest");
    }

    @Test
    void shouldConflictWhenThePatchNamesAStaleResourceVersion() throws IOException {
        failure(patch(WEB, MERGE, "{\"metadata\":{\"resourceVersion\":\"1\"}}"), 409, "Conflict");
        failure(patch(WEB, MERGE, "{\"metadata\":{\"resourceVersion\":\"x\"}}"), 422, "Invalid");
    }

    @Test
    void shouldMergeAsKubectlApplyExpectsWhenStrategic() throws IOException {
        patch(WEB, STRATEGIC, "{\"metadata\":{\"finalizers\":[\"a/1\",\"a/2\"]}}");
        final JsonNode patched =
                patch(
                                WEB,
                                STRATEGIC,
                                """
                                {"metadata":{"$setElementOrder/finalizers":["a/2","a/3"],
                                  "$deleteFromPrimitiveList/finalizers":["a/1"],
                                  "finalizers":["a/3"],"labels":{"x":"1","team":null}},
                                 "spec":{"ingress":[{}],"podSelector":{"$patch":"replace",
                                  "matchLabels":{"tier":"db"}}}}
                                """)
                        .json();

        assertThat(patched.at("/metadata/finalizers").toString()).isEqualTo("[\"a/2\",\"a/3\"]");
        assertThat(patched.at("/metadata/labels").toString()).isEqualTo("{\"x\":\"1\"}");
        assertThat(patched.at("/spec/ingress").toString()).isEqualTo("[{}]");
        assertThat(patched.at("/spec/podSelector").toString())
                .isEqualTo("{\"matchLabels\":{\"tier\":\"db\"}}");
        failure(patch(WEB, STRATEGIC, "{\"spec\":{\"$patch\":\"x\"}}"), 400, "BadRequest");
    }

    @Test
    void shouldMergeOwnersByUidWhenStrategic() throws IOException {
        final String owner =
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"%s\",\"uid\":\"%s\"}";
        patch(
                WEB,
                STRATEGIC,
                "{\"metadata\":{\"ownerReferences\":["
                        + owner.formatted("a", "1")
                        + ","
                        + owner.formatted("b", "2")
                        + "]}}");
        final JsonNode owners =
                patch(
                                WEB,
                                STRATEGIC,
                                """
                                {"metadata":{"ownerReferences":[
                                 {"uid":"1","$patch":"delete"},{"uid":"2","name":"c"}]}}
                                """)
                        .json()
                        .at("/metadata/ownerReferences");

        assertThat(owners).hasSize(1);
        assertThat(owners.at("/0/name").asText()).isEqualTo("c");
        assertThat(owners.at("/0/kind").asText()).isEqualTo("Pod");
    }

    @Test
    void shouldSayWhichPatchesThereAreWhenAnotherIsSent() throws IOException {
        final JsonNode status =
                failure(patch(WEB, "application/xml", "{}"), 415, "UnsupportedMediaType");

        assertThat(status.path("message").asText()).contains("merge-patch+json");
        failure(patch(POLICIES + "/none", MERGE, "{}"), 404, "NotFound");
    }

    @Test
    void shouldLoseNoPatchWhenManyComeAtOnce() throws Exception {
        final List<CompletableFuture<Integer>> codes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final String label = "label" + i;
            codes.add(
                    CompletableFuture.supplyAsync(
                            () -> {
                                try (HttpOverUnix mine = agent.connect()) {
                                    return mine.send(
                                                    "PATCH",
                                                    WEB,
                                                    MERGE,
                                                    "{\"metadata\":{\"labels\":{\""
                                                            + label
                                                            + "\":\"1\"}}}")
                                            .code();
                                } catch (final IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            }));
        }
        for (final CompletableFuture<Integer> code : codes) {
            assertThat(code.get()).isEqualTo(200);
        }

        assertThat(http.get(WEB).json().at("/metadata/labels")).hasSize(5);
    }
}
