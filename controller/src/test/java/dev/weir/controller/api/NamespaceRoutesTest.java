package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Namespaces: each exists, some were written. */
class NamespaceRoutesTest extends RestTest {
    private static final String SHOP = "/api/v1/namespaces/shop";
    private static final String NAME_LABEL = "/metadata/labels/kubernetes.io~1metadata.name";

    @Test
    void shouldExistWithItsNameLabelWhenNeverWritten() throws IOException {
        final JsonNode shop = http.get(SHOP).json();

        assertThat(shop.path("kind").asText()).isEqualTo("Namespace");
        assertThat(shop.at(NAME_LABEL).asText()).isEqualTo("shop");
        failure(http.get("/api/v1/namespaces/No_Name"), 404, "NotFound");
    }

    @Test
    void shouldKeepItsNameLabelWhateverIsSent() throws IOException {
        final JsonNode written =
                put(
                                SHOP,
                                """
                                {"metadata":{"name":"shop","labels":
                                 {"team":"a","kubernetes.io/metadata.name":"other"}}}
                                """)
                        .json();

        assertThat(written.at(NAME_LABEL).asText()).isEqualTo("shop");
        assertThat(written.at("/metadata/labels/team").asText()).isEqualTo("a");
    }

    @Test
    void shouldConflictWhenPostedAfterItWasWritten() throws IOException {
        final String body = "{\"metadata\":{\"name\":\"shop\"}}";

        assertThat(post("/api/v1/namespaces", body).code()).isEqualTo(201);

        failure(post("/api/v1/namespaces", body), 409, "AlreadyExists");
    }

    @Test
    void shouldLoseItsLabelsWhenDeleted() throws IOException {
        put(SHOP, "{\"metadata\":{\"name\":\"shop\",\"labels\":{\"team\":\"a\"}}}");

        assertThat(delete(SHOP).json().path("status").asText()).isEqualTo("Success");

        assertThat(http.get(SHOP).json().at("/metadata/labels/team").isMissingNode()).isTrue();
        failure(delete(SHOP), 404, "NotFound");
    }

    @Test
    void shouldTakeAMergePatchWhenNeverWritten() throws IOException {
        final String merge = "application/merge-patch+json";

        final JsonNode patched =
                patch(SHOP, merge, "{\"metadata\":{\"labels\":{\"team\":\"a\",\"x\":\"1\"}}}")
                        .json();
        patch(SHOP, merge, "{\"metadata\":{\"labels\":{\"x\":null}}}");

        assertThat(patched.at("/metadata/labels/team").asText()).isEqualTo("a");
        final JsonNode now = http.get(SHOP).json();
        assertThat(now.at("/metadata/labels/team").asText()).isEqualTo("a");
        assertThat(now.at("/metadata/labels/x").isMissingNode()).isTrue();
        assertThat(now.at(NAME_LABEL).asText()).isEqualTo("shop");
    }

    @Test
    void shouldListWhatWasWrittenOrIsInUse() throws IOException {
        put(SHOP, "{\"metadata\":{\"name\":\"shop\"}}");
        post(POLICIES.replace("/default/", "/bank/"), policy("web"));

        final JsonNode list = http.get("/api/v1/namespaces").json();

        assertThat(list.path("kind").asText()).isEqualTo("NamespaceList");
        assertThat(list.path("items"))
                .extracting(item -> item.at("/metadata/name").asText())
                .containsExactly("bank", "default", "shop");
    }
}
