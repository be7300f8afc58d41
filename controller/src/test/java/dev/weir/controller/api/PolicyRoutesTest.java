package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** NetworkPolicies on the Kubernetes paths. */
class PolicyRoutesTest extends RestTest {
    @Test
    void shouldCreateWithDefaultsAndServerFieldsWhenPosted() throws IOException {
        final Answer created = post(POLICIES, policy("web"));

        assertThat(created.code()).as(created.text()).isEqualTo(201);
        final JsonNode object = created.json();
        assertThat(object.at("/metadata/namespace").asText()).isEqualTo("default");
        assertThat(object.at("/metadata/uid").asText()).hasSize(36);
        assertThat(object.at("/metadata/resourceVersion").asText()).matches("[0-9]+");
        assertThat(object.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(object.at("/metadata/creationTimestamp").asText()).endsWith("Z");
        assertThat(object.at("/spec/policyTypes/0").asText()).isEqualTo("Ingress");
        assertThat(object.at("/spec/ingress/0/ports/0/protocol").asText()).isEqualTo("TCP");
        assertThat(http.get(POLICIES + "/web").json()).isEqualTo(object);
    }

    @Test
    void shouldConflictWhenPostedTwice() throws IOException {
        post(POLICIES, policy("web"));

        final JsonNode status = failure(post(POLICIES, policy("web")), 409, "AlreadyExists");

        assertThat(status.at("/details/name").asText()).isEqualTo("web");
        assertThat(status.at("/details/group").asText()).isEqualTo("networking.k8s.io");
        assertThat(status.at("/details/kind").asText()).isEqualTo("networkpolicies");
    }

    @Test
    void shouldMakeANameWhenOnlyGenerateNameIsGiven() throws IOException {
        final Answer created =
                post(POLICIES, policy("x").replace("\"name\":\"x\"", "\"generateName\":\"web-\""));

        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.json().at("/metadata/name").asText()).matches("web-[a-z0-9]{5}");
    }

    @Test
    void shouldCreateAndReplaceWhenPut() throws IOException {
        assertThat(put(POLICIES + "/web", policy("web")).code()).isEqualTo(200);

        final Answer replaced =
                put(POLICIES + "/web", policy("web").replace("\"port\":80", "\"port\":81"));

        assertThat(replaced.code()).isEqualTo(200);
        assertThat(replaced.json().at("/spec/ingress/0/ports/0/port").asInt()).isEqualTo(81);
    }

    @Test
    void shouldConflictWhenPutWithAStaleResourceVersion() throws IOException {
        final ObjectNode read = (ObjectNode) post(POLICIES, policy("web")).json();
        put(POLICIES + "/web", policy("web").replace("\"port\":80", "\"port\":81"));

        failure(put(POLICIES + "/web", read.toString()), 409, "Conflict");

        assertThat(http.get(POLICIES + "/web").json().at("/spec/ingress/0/ports/0/port").asInt())
                .isEqualTo(81);
    }

    @Test
    void shouldConflictWhenPutForAnotherObjectOfThatName() throws IOException {
        final ObjectNode read = (ObjectNode) post(POLICIES, policy("web")).json();
        ((ObjectNode) read.get("metadata")).put("uid", "another").remove("resourceVersion");

        failure(put(POLICIES + "/web", read.toString()), 409, "Conflict");
    }

    @Test
    void shouldTakeYamlWhenTheContentTypeSaysSo() throws IOException {
        final Answer created =
                http.send(
                        "PUT",
                        POLICIES + "/yaml",
                        YAML,
                        """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: yaml, labels: {on: "yes", version: "1.0"}}
                        spec:
                          podSelector: {}
                          policyTypes: [Ingress, Egress]
                        """);

        assertThat(created.code()).as(created.text()).isEqualTo(200);
        assertThat(created.json().at("/metadata/labels/on").asText()).isEqualTo("yes");
        assertThat(created.json().at("/spec/policyTypes/1").asText()).isEqualTo("Egress");
    }

    @Test
    void shouldNameEveryFieldWhenInvalid() throws IOException {
        final String bad =
                policy("web")
                        .replace("\"port\":80", "\"port\":99999")
                        .replace(
                                "\"podSelector\":{\"matchLabels\":{\"app\":\"web\"}}",
                                "\"podSelektor\":{}");

        final JsonNode status = failure(put(POLICIES + "/web", bad), 422, "Invalid");

        final List<String> fields = new ArrayList<>();
        status.at("/details/causes").forEach(cause -> fields.add(cause.path("field").asText()));
        assertThat(fields).contains("spec.ingress[0].ports[0].port", "spec.podSelektor");
        assertThat(status.at("/details/kind").asText()).isEqualTo("NetworkPolicy");
        assertThat(status.at("/details/name").asText()).isEqualTo("web");
        assertThat(status.path("message").asText()).contains("spec.ingress[0].ports[0].port");
        failure(http.get(POLICIES + "/web"), 404, "NotFound");
    }

    @ParameterizedTest
    @CsvSource({
        "web2, does not match, 'metadata.name: web (expected: web2'",
        "web, '\"name\":\"web\"|\"namespace\":\"other\",\"name\":\"web\"', namespace",
        "web, networking.k8s.io/v1|networking.k8s.io/v2, apiVersion",
        "web, \"kind\":\"NetworkPolicy\"|\"kind\":\"Pod\", kind",
    })
    void shouldRefuseWhenTheBodyDoesNotFitThePath(
            final String name, final String change, final String message) throws IOException {
        final String[] parts = change.split("\\|");
        final String body =
                parts.length == 2 ? policy("web").replace(parts[0], parts[1]) : policy("web");

        final JsonNode status = failure(put(POLICIES + "/" + name, body), 400, "BadRequest");

        assertThat(status.path("message").asText()).contains(message);
    }

    @Test
    void shouldChangeNothingWhenDryRun() throws IOException {
        assertThat(post(POLICIES + "?dryRun=All", policy("web")).code()).isEqualTo(201);
        failure(http.get(POLICIES + "/web"), 404, "NotFound");
        post(POLICIES, policy("web"));
        assertThat(delete(POLICIES + "/web?dryRun=All").code()).isEqualTo(200);

        assertThat(http.get(POLICIES + "/web").code()).isEqualTo(200);
        failure(post(POLICIES + "?dryRun=Some", policy("other")), 422, "Invalid");
    }

    @Test
    void shouldAnswerAStatusWhenDeleted() throws IOException {
        final String uid = post(POLICIES, policy("web")).json().at("/metadata/uid").asText();

        final Answer deleted = delete(POLICIES + "/web");

        assertThat(deleted.code()).isEqualTo(200);
        assertThat(deleted.json().path("status").asText()).isEqualTo("Success");
        assertThat(deleted.json().at("/details/name").asText()).isEqualTo("web");
        assertThat(deleted.json().at("/details/uid").asText()).isEqualTo(uid);
        failure(http.get(POLICIES + "/web"), 404, "NotFound");
        failure(delete(POLICIES + "/web"), 404, "NotFound");
    }

    @Test
    void shouldHeedPreconditionsWhenDeleted() throws IOException {
        post(POLICIES, policy("web"));

        failure(
                http.send(
                        "DELETE",
                        POLICIES + "/web",
                        JSON,
                        "{\"kind\":\"DeleteOptions\",\"preconditions\":{\"uid\":\"another\"}}"),
                409,
                "Conflict");
        failure(
                http.send(
                        "DELETE",
                        POLICIES + "/web",
                        JSON,
                        "{\"preconditions\":{\"resourceVersion\":\"1\"}}"),
                409,
                "Conflict");

        assertThat(
                        http.send(
                                        "DELETE",
                                        POLICIES + "/web",
                                        JSON,
                                        "{\"propagationPolicy\":\"Background\"}")
                                .code())
                .isEqualTo(200);
    }

    @Test
    void shouldListByNamespaceAndOverAll() throws IOException {
        post(POLICIES, policy("b"));
        post(POLICIES, policy("a"));
        post(POLICIES.replace("/default/", "/shop/"), policy("c"));

        final JsonNode mine = http.get(POLICIES).json();
        final JsonNode all = http.get("/apis/networking.k8s.io/v1/networkpolicies").json();

        assertThat(mine.path("kind").asText()).isEqualTo("NetworkPolicyList");
        assertThat(mine.path("apiVersion").asText()).isEqualTo("networking.k8s.io/v1");
        assertThat(mine.at("/metadata/resourceVersion").asText()).matches("[0-9]+");
        assertThat(names(mine)).containsExactly("a", "b");
        assertThat(names(all)).containsExactly("a", "b", "c");
    }

    @Test
    void shouldNarrowListsBySelectors() throws IOException {
        post(POLICIES, policy("a"));
        post(POLICIES, policy("b").replace("shop", "bank"));

        assertThat(names(http.get(POLICIES + "?labelSelector=team%3Dshop").json()))
                .containsExactly("a");
        assertThat(names(http.get(POLICIES + "?labelSelector=team+in+(bank,none)").json()))
                .containsExactly("b");
        assertThat(names(http.get(POLICIES + "?labelSelector=team,team!%3Dbank").json()))
                .containsExactly("a");
        assertThat(names(http.get(POLICIES + "?labelSelector=!team").json())).isEmpty();
        assertThat(names(http.get(POLICIES + "?fieldSelector=metadata.name%3Db").json()))
                .containsExactly("b");
        failure(http.get(POLICIES + "?labelSelector=%3D%3D"), 400, "BadRequest");
        failure(http.get(POLICIES + "?fieldSelector=spec.x%3D1"), 400, "BadRequest");
    }

    private static List<String> names(final JsonNode list) {
        final List<String> names = new ArrayList<>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }
}
