package dev.weir.controller.compile;

import static dev.weir.controller.compile.Shop.TCP;
import static dev.weir.controller.compile.Shop.WEB;
import static dev.weir.controller.compile.Shop.ingress;
import static dev.weir.controller.compile.Shop.shop;
import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Kubernetes' documentation says in a half-sentence, and clients get wrong. */
class PolicyEdgesTest {
    @Test
    void shouldTellNoRulesFromARuleForAllAndAnEmptyListOfPeersFromAnEmptyPeer() {
        assertThat(ingress("ingress: []", "192.0.2.1", 80)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress("", "192.0.2.1", 80)).isEqualTo(Reason.NO_RULE);
        for (final String all : List.of("[{}]", "[{from: []}]", "[{from: [], ports: []}]")) {
            assertThat(ingress("ingress: " + all, "192.0.2.1", 80)).isEqualTo(Reason.POLICY);
        }
        assertThat(ingress("ingress: [{from: [{podSelector: {}}]}]", "192.0.2.1", 80))
                .isEqualTo(Reason.NO_RULE);
        assertThat(ingress("ingress: [{from: [{podSelector: {}}]}]", "10.0.1.2", 80))
                .isEqualTo(Reason.POLICY);
    }

    @Test
    void shouldIsolateByDefaultForIngressAndForEgressOnlyWhereThereAreSuchRules() {
        final Desired ingress = shop().policy("a", WEB);
        final Desired both = shop().policy("a", WEB + "egress: [{ports: [{port: 53}]}]");
        final Desired egress = shop().policy("a", WEB + "policyTypes: [Egress]\ningress: [{}]");

        assertThat(ingress.reason(1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(both.reason(1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(both.reason(1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(both.reason(1, EGRESS, "10.0.1.2", TCP, 53)).isEqualTo(Reason.POLICY);
        assertThat(egress.reason(1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(egress.reason(1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldJudgeBothFamiliesOfAPodByItsLabels() {
        final Desired desired =
                shop().pod(4, "default", "10.0.9.4,fd00::4", List.of(), "app=client")
                        .policy(
                                "a",
                                WEB
                                        + "ingress: [{from: [{podSelector: {matchLabels: {app:"
                                        + " client}}}]}]");

        assertThat(desired.reason(1, INGRESS, "10.0.9.4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "fd00::4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "fd00::5", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldLetAPodReachItsNodeUnlessItIsJudgedToo() {
        final String spec = WEB + "policyTypes: [Egress]\negress: [{ports: [{port: 53}]}]";
        final Desired passes = shop().policy("a", spec);
        final Desired judged = shop().hostPolicy().policy("a", spec);

        assertThat(passes.reason(1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.HOST);
        assertThat(judged.reason(1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(judged.reason(1, EGRESS, "10.0.0.1", TCP, 53)).isEqualTo(Reason.POLICY);
    }

    @Test
    void shouldLetThroughWhatOneOfSeveralPoliciesExceptsAndAnotherAllows() {
        final Desired desired =
                shop().policy(
                                "a",
                                WEB
                                        + "ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24, except:"
                                        + " [192.0.2.0/28]}}]}]")
                        .policy("b", WEB + "ingress: [{from: [{ipBlock: {cidr: 192.0.2.8/29}}]}]");

        assertThat(desired.reason(1, INGRESS, "192.0.2.7", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(desired.reason(1, INGRESS, "192.0.2.8", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "192.0.2.16", TCP, 80)).isEqualTo(Reason.POLICY);
    }
}
