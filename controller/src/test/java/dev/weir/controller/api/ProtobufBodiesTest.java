package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import dev.weir.controller.api.protobuf.KubernetesProtobuf;
import dev.weir.controller.api.protobuf.Proto;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Objects that come as protobuf; what they are, is in KubernetesProtobufTest. */
class ProtobufBodiesTest extends RestTest {
    private static final String NAMESPACES = "/api/v1/namespaces";
    private static final String SHOP = NAMESPACES + "/shop";

    private static byte[] namespace(final Proto metadata) {
        return Proto.body("v1", "Namespace", new Proto().with(1, metadata));
    }

    /** As kubectl 1.32 and newer. */
    private Answer send(final String method, final String path, final byte[] body)
            throws IOException {
        return http.send(
                method,
                path,
                Map.of(
                        "Content-Type",
                        KubernetesProtobuf.MEDIA_TYPE,
                        "Accept",
                        KubernetesProtobuf.MEDIA_TYPE + ",application/json"),
                body);
    }

    @Test
    void shouldTakeANamespaceAndAnswerInJson() throws IOException {
        final Answer created =
                send(
                        "POST",
                        NAMESPACES + "?fieldManager=kubectl-create&fieldValidation=Strict",
                        namespace(
                                Proto.metadata("shop")
                                        .with(11, "team", "a")
                                        .with(12, "note", "b")));

        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.header("content-type")).isEqualTo(JSON);
        assertThat(http.get(SHOP).json()).isEqualTo(created.json());
        final JsonNode metadata = created.json().path("metadata");
        assertThat(metadata.at("/labels/team").asText()).isEqualTo("a");
        assertThat(metadata.at("/annotations/note").asText()).isEqualTo("b");
        failure(send("POST", NAMESPACES, namespace(Proto.metadata("shop"))), 409, "AlreadyExists");
    }

    @Test
    void shouldTakeTheSameObjectForTheSameWhateverItsForm() throws IOException {
        final Proto rule =
                new Proto()
                        .with(1, new Proto().with(2, new Proto().with(1, 0).with(2, 80)))
                        .with(2, new Proto().with(1, new Proto().with(1, "app", "client")));
        final Proto spec = new Proto().with(1, new Proto().with(1, "app", "web")).with(2, rule);
        final byte[] body =
                Proto.body(
                        "networking.k8s.io/v1",
                        "NetworkPolicy",
                        new Proto()
                                .with(1, Proto.metadata("web").with(11, "team", "shop"))
                                .with(2, spec));
        final JsonNode json = post(POLICIES, policy("web")).json();

        final Answer replaced = send("PUT", POLICIES + "/web", body);

        assertThat(replaced.code()).as(replaced.text()).isEqualTo(200);
        assertThat(withoutVersion(replaced.json())).isEqualTo(withoutVersion(json));
    }

    private static JsonNode withoutVersion(final JsonNode object) {
        ((ObjectNode) object.path("metadata")).remove("resourceVersion");
        return object;
    }

    @Test
    void shouldTakePreconditionsOfADeletion() throws IOException {
        send("POST", NAMESPACES, namespace(Proto.metadata("shop")));
        final Proto options = new Proto().with(2, new Proto().with(1, "another"));

        failure(send("DELETE", SHOP, Proto.body("v1", "DeleteOptions", options)), 409, "Conflict");
        assertThat(send("DELETE", SHOP, Proto.body("v1", "DeleteOptions", new Proto())).code())
                .isEqualTo(200);
    }

    @Test
    void shouldSayWhatIsMalformed() throws IOException {
        final JsonNode status =
                failure(
                        send("POST", NAMESPACES, namespace(new Proto().with(1, 5))),
                        400,
                        "BadRequest");

        assertThat(status.path("message").asText())
                .isEqualTo("body is not protobuf: metadata.name: wire type 0 (expected: 2)");
        failure(send("POST", NAMESPACES, new byte[0]), 400, "BadRequest");
        failure(send("POST", NAMESPACES, "{}".getBytes()), 400, "BadRequest");
    }

    @Test
    void shouldRefuseFieldsThatAreNotKnownAsThoseOfJson() throws IOException {
        final byte[] body = namespace(Proto.metadata("shop").with(99, "new"));

        final JsonNode invalid = failure(send("POST", NAMESPACES, body), 422, "Invalid");
        assertThat(invalid.at("/details/causes/0/field").asText()).isEqualTo("metadata.field 99");
        failure(send("POST", NAMESPACES + "?fieldValidation=Strict", body), 400, "BadRequest");
        final Answer warned = send("POST", NAMESPACES + "?fieldValidation=Warn", body);
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.header("warning"))
                .isEqualTo("299 - \"unknown field \\\"metadata.field 99\\\"\"");
    }

    @Test
    void shouldNameWhatIsTakenWhenAKindComesThatItCannotRead() throws IOException {
        final JsonNode status =
                failure(
                        send(
                                "POST",
                                "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
                                Proto.body(
                                        "policy.networking.k8s.io/v1alpha2",
                                        "ClusterNetworkPolicy",
                                        new Proto())),
                        415,
                        "UnsupportedMediaType");

        assertThat(status.path("message").asText())
                .isEqualTo(
                        "Content-Type: application/vnd.kubernetes.protobuf of"
                                + " policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy"
                                + " (expected: application/json or application/yaml;"
                                + " application/vnd.kubernetes.protobuf of v1 Namespace,"
                                + " networking.k8s.io/v1 NetworkPolicy)");
    }
}
