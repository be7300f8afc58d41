package dev.weir.controller.api.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.weir.controller.api.protobuf.KubernetesProtobuf.UnknownKindException;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KubernetesProtobufTest {
    /** What kubectl 1.32.3 sends for {@code create namespace shop}. */
    private static final byte[] SHOP =
            HexFormat.of()
                    .parseHex(
                            "6b3873000a0f0a02763112094e616d657370616365121c0a140a0473686f701200"
                                    + "1a0022002a0032003800420012001a020a001a002200");

    private static ObjectNode namespace(final Proto metadata) throws Exception {
        return KubernetesProtobuf.read(
                Proto.body("v1", "Namespace", new Proto().with(1, metadata)));
    }

    private static void assertMalformed(final byte[] body, final String... says) {
        assertThatThrownBy(() -> KubernetesProtobuf.read(body))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(says);
    }

    @Test
    void shouldSayWhichKindsItReads() {
        assertThat(KubernetesProtobuf.KINDS.split(", "))
                .containsExactlyInAnyOrderElementsOf(Messages.OBJECTS.keySet());
        assertThat(KubernetesProtobuf.reads("v1", "Namespace")).isTrue();
        assertThat(KubernetesProtobuf.reads("apps/v1", "Deployment")).isFalse();
    }

    @Test
    void shouldReadWhatKubectlSends() throws Exception {
        assertThat(KubernetesProtobuf.read(SHOP))
                .isEqualTo(
                        Json.read(
                                """
                                {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}
                                """));
    }

    @Test
    void shouldReadAllOfTheMetadata() throws Exception {
        final Proto metadata =
                Proto.metadata("shop")
                        .with(6, "12")
                        .with(7, 3)
                        .with(8, new Proto().with(1, 1_800_000_000L).with(2, 999_999_999L))
                        .with(10, 0)
                        .with(11, "team", "a")
                        .with(11, "empty", "")
                        .with(12, "note", "ü")
                        .with(
                                13,
                                new Proto()
                                        .with(1, "Pod")
                                        .with(3, "p")
                                        .with(4, "u")
                                        .with(5, "v1")
                                        .with(6, 0)
                                        .with(7, 1))
                        .with(14, "kubernetes")
                        .with(
                                17,
                                new Proto()
                                        .with(1, "ann")
                                        .with(2, "Apply")
                                        .with(3, "v1")
                                        .with(4, new Proto().with(1, 0))
                                        .with(6, "FieldsV1")
                                        .with(7, new Proto().with(1, "{\"f:metadata\":{}}"))
                                        .with(8, ""));

        // The metadata above has some of these empty, which is as if they were not there.
        assertThat(namespace(metadata).path("metadata"))
                .isEqualTo(
                        Json.read(
                                """
                                {"name":"shop","resourceVersion":"12","generation":3,
                                 "creationTimestamp":"2027-01-15T08:00:00Z",
                                 "deletionGracePeriodSeconds":0,
                                 "labels":{"team":"a","empty":""},"annotations":{"note":"ü"},
                                 "ownerReferences":[{"kind":"Pod","name":"p","uid":"u",
                                  "apiVersion":"v1","controller":false,"blockOwnerDeletion":true}],
                                 "finalizers":["kubernetes"],
                                 "managedFields":[{"manager":"ann","operation":"Apply",
                                  "apiVersion":"v1","time":"1970-01-01T00:00:00Z",
                                  "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{}}}]}
                                """));
    }

    @Test
    void shouldTellAnEmptySelectorFromNone() throws Exception {
        final Proto selector =
                new Proto()
                        .with(1, "app", "web")
                        .with(
                                2,
                                new Proto()
                                        .with(1, "tier")
                                        .with(2, "In")
                                        .with(3, "a")
                                        .with(3, "b"));
        final Proto byNumber =
                new Proto()
                        .with(1, "UDP")
                        .with(2, new Proto().with(1, 0).with(2, 80).with(3, ""))
                        .with(3, 90);
        final Proto byName = new Proto().with(2, new Proto().with(1, 1).with(2, 0).with(3, "http"));
        final Proto block =
                new Proto().with(3, new Proto().with(1, "10.0.0.0/8").with(2, "10.1.0.0/16"));
        final Proto spec =
                new Proto()
                        .with(1, selector)
                        .with(
                                2,
                                new Proto(),
                                new Proto()
                                        .with(1, byNumber, byName, new Proto())
                                        .with(
                                                2,
                                                block,
                                                new Proto().with(1, new Proto()).with(2, selector)))
                        .with(3, new Proto().with(2, new Proto().with(2, new Proto())))
                        .with(4, "Ingress")
                        .with(4, "Egress");

        assertThat(
                        KubernetesProtobuf.read(
                                Proto.body(
                                        "networking.k8s.io/v1",
                                        "NetworkPolicy",
                                        new Proto()
                                                .with(1, Proto.metadata("web"))
                                                .with(2, spec)
                                                .with(3, new Proto()))))
                .isEqualTo(
                        Json.read(
                                """
                                {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
                                 "metadata":{"name":"web"},
                                 "spec":{"podSelector":{"matchLabels":{"app":"web"},
                                  "matchExpressions":[
                                   {"key":"tier","operator":"In","values":["a","b"]}]},
                                  "ingress":[{},{"ports":[
                                    {"protocol":"UDP","port":80,"endPort":90},{"port":"http"},{}],
                                   "from":[{"ipBlock":
                                     {"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}},
                                    {"podSelector":{},"namespaceSelector":
                                     {"matchLabels":{"app":"web"},"matchExpressions":[
                                      {"key":"tier","operator":"In","values":["a","b"]}]}}]}],
                                  "egress":[{"to":[{"namespaceSelector":{}}]}],
                                  "policyTypes":["Ingress","Egress"]}}
                                """));
    }

    @Test
    void shouldShowAFieldThatItDoesNotKnowUnlessItIsNotSet() throws Exception {
        final Proto metadata =
                Proto.metadata("shop").with(99, "new").with(98, "").with(97, 0).with(96, 7);

        assertThat(namespace(metadata).path("metadata"))
                .isEqualTo(Json.read("{\"name\":\"shop\",\"field 99\":true,\"field 96\":true}"));
    }

    @Test
    void shouldNameTheKindThatItDoesNotKnow() {
        assertThatThrownBy(
                        () ->
                                KubernetesProtobuf.read(
                                        Proto.body("apps/v1", "Deployment", new Proto())))
                .isInstanceOf(UnknownKindException.class)
                .hasMessage("apps/v1 Deployment");
        assertThatThrownBy(
                        () ->
                                KubernetesProtobuf.read(
                                        Proto.body("v1", "x".repeat(1_000), new Proto())))
                .isInstanceOf(UnknownKindException.class)
                .message()
                .hasSizeLessThan(110);
        assertThatThrownBy(() -> KubernetesProtobuf.read(Arrays.copyOf(SHOP, 4)))
                .isInstanceOf(UnknownKindException.class);
    }

    @Test
    void shouldSayWhatIsMalformedAndWhere() {
        final Proto name = new Proto().with(1, 5);
        assertMalformed(new byte[0], "does not begin with");
        assertMalformed("k8s".getBytes(), "does not begin with");
        assertMalformed("{\"kind\":\"Namespace\"}".getBytes(), "does not begin with");
        assertMalformed(
                Proto.body("v1", "Namespace", new Proto().with(1, name)),
                "metadata.name: wire type 0 (expected: 2)");
        assertMalformed(
                Proto.body("v1", "Namespace", new Proto().with(1, new Proto(), new Proto())),
                "metadata: there twice");
        assertMalformed(
                Proto.body(
                        "v1",
                        "Namespace",
                        new Proto().with(1, new Proto().with(11, "a", "1").with(11, "a", "2"))),
                "metadata.labels: key \"a\" is there twice");
        assertMalformed(
                Proto.body(
                        "v1",
                        "Namespace",
                        new Proto()
                                .with(
                                        1,
                                        new Proto().with(1, ByteString.copyFrom(new byte[] {-1})))),
                "metadata.name: ",
                "UTF-8");
        assertMalformed(
                Proto.body(
                        "v1",
                        "Namespace",
                        new Proto().with(1, ByteString.copyFrom(new byte[] {10, 5, 'a'}))),
                "metadata.name: ");
        assertMalformed(
                Proto.body(
                        "v1",
                        "Namespace",
                        new Proto()
                                .with(1, new Proto().with(8, new Proto().with(1, Long.MAX_VALUE)))),
                "metadata.creationTimestamp: no time");
    }

    @Test
    void shouldRefuseAnotherEncodingInside() {
        final byte[] gzip = ("k8s\0" + new String(new Proto().with(3, "gzip").bytes())).getBytes();

        assertMalformed(gzip, "contentEncoding: gzip (expected: none)");
    }

    /** It takes it, or says what is wrong with it: never anything else. */
    private static void assertReadOrRefused(final byte[] body) {
        try {
            assertThat(KubernetesProtobuf.read(body)).isNotNull();
        } catch (final IOException | UnknownKindException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Test
    void shouldRefuseEveryPartOfABody() {
        for (int length = 5; length < SHOP.length; length++) {
            assertReadOrRefused(Arrays.copyOf(SHOP, length));
        }
    }

    @Property(tries = 20_000)
    void shouldReadOrRefuseWhateverComes(
            @ForAll @IntRange(min = 4, max = 54) final int at,
            @ForAll final byte value,
            @ForAll @IntRange(min = 4, max = 54) final int also,
            @ForAll final byte other) {
        final byte[] body = SHOP.clone();
        body[at] = value;
        body[also] = other;

        assertReadOrRefused(body);
    }
}
