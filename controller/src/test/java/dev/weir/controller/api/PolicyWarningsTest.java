package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is legal and surely a mistake, told beside the answer to a write. */
class PolicyWarningsTest extends RestTest {
    private static final String NO_DNS =
            "299 - \"spec.egress: no rule reaches UDP port 53: the selected containers cannot resolve"
                    + " names\"";
    private static final String EMPTY_BLOCK =
            "299 - \"spec.egress[0].to[0].ipBlock: matches nothing: its exceptions cover all of it\"";
    private static final String TIED =
            """
            {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
             "metadata":{"name":"tied"},
             "spec":{"podSelector":{},"policyTypes":["Egress"],
              "egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.0.0.0/9","10.128.0.0/9"]}}],
                         "ports":[{"port":443}]}]}}
            """;
    private static final String CLUSTER =
            """
            {"apiVersion":"policy.networking.k8s.io/v1alpha2","kind":"ClusterNetworkPolicy",
             "metadata":{"name":"all"},
             "spec":{"tier":"Admin","priority":10,"subject":{"namespaces":{}},
              "ingress":[{"action":"Deny","from":[{"namespaces":{}}]},
                         {"action":"Accept","from":[{"namespaces":{}}]}]}}
            """;

    @Test
    void shouldWarnOnEveryWriteAndCarryItOut() throws IOException {
        final Answer posted = post(POLICIES, TIED);
        final Answer put = put(POLICIES + "/tied", TIED);
        final Answer patched =
                patch(
                        POLICIES + "/tied",
                        "application/merge-patch+json",
                        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        final Answer applied =
                patch(
                        POLICIES + "/tied?fieldManager=me&force=true",
                        "application/apply-patch+yaml",
                        TIED);
        final Answer tried = post(POLICIES + "?dryRun=All", TIED.replace("tied", "other"));

        assertThat(posted.code()).isEqualTo(201);
        assertThat(tried.code()).isEqualTo(201);
        for (final Answer answer : new Answer[] {posted, put, patched, applied, tried}) {
            assertThat(answer.code()).as(answer.text()).isLessThan(300);
            assertThat(answer.header("warning")).isEqualTo(EMPTY_BLOCK + ", " + NO_DNS);
        }
        assertThat(http.get(POLICIES + "/tied").code()).isEqualTo(200);
        assertThat(http.get(POLICIES + "/tied").header("warning")).isEmpty();
    }

    @Test
    void shouldSayNothingOfASoundPolicyNorOfWhoIsThere() throws IOException {
        assertThat(post(POLICIES, policy("web")).headers()).doesNotContainKey("warning");
        assertThat(put("/api/v1/namespaces/shop", "{\"metadata\":{\"name\":\"shop\"}}").headers())
                .doesNotContainKey("warning");
    }

    @Test
    void shouldSayNothingBesideARefusal() throws IOException {
        final Answer refused = post(POLICIES, TIED.replace("443", "443000"));

        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.headers()).doesNotContainKey("warning");
    }

    @Test
    void shouldWarnOfClusterPolicies() throws IOException {
        final Answer posted =
                post("/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies", CLUSTER);

        assertThat(posted.code()).as(posted.text()).isEqualTo(201);
        assertThat(posted.header("warning"))
                .isEqualTo(
                        "299 - \"spec.ingress[1]: never decides: rule 0 takes all of its"
                                + " traffic\"");
    }

    @Test
    void shouldNameTheItemOfAList() throws IOException {
        final Answer applied =
                post(
                        "/v1/apply",
                        "{\"kind\":\"List\",\"items\":[" + policy("web") + "," + TIED + "]}");

        assertThat(applied.code()).as(applied.text()).isEqualTo(200);
        assertThat(applied.header("warning"))
                .isEqualTo((EMPTY_BLOCK + ", " + NO_DNS).replace("spec.", "items[1].spec."));
    }

    @Test
    void shouldTellHowManyMoreThereAreWhereThereAreTooManyForHeaders() throws IOException {
        final Answer posted = post(POLICIES, withRules(100));

        final String[] warnings = posted.header("warning").split(", 299");
        assertThat(posted.header("warning").length()).isLessThan(4500);
        assertThat(warnings.length).isBetween(20, 98);
        assertThat(warnings[warnings.length - 1])
                .isEqualTo(" - \"" + (99 - (warnings.length - 1)) + " more warnings\"");
    }

    @Test
    void shouldNotLookAtAPolicyWhereThatWouldTakeLong() throws IOException {
        assertThat(post(POLICIES, withRules(501)).headers()).doesNotContainKey("warning");
    }

    /** All the same: each but the first is a duplicate. */
    private static String withRules(final int count) {
        return """
            {"metadata":{"name":"many"},"spec":{"podSelector":{},"ingress":[{}%s]}}
            """
                .formatted(",{}".repeat(count - 1));
    }
}
