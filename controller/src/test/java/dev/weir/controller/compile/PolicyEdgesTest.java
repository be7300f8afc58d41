package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Kubernetes' documentation says in a half-sentence, and clients get wrong. */
class PolicyEdgesTest {
    private static final int TCP = 6;
    private static final String WEB = "podSelector: {matchLabels: {app: web}}\n";

    /** Pod 1 is the web server, pod 2 a client in its namespace, pod 3 a client of another. */
    private static Desired shop() {
        return new Desired()
                .namespace("data", "env=prod")
                .pod(
                        1,
                        "default",
                        "10.0.1.1",
                        List.of(new NamedPort("web", 8080, "TCP")),
                        "app=web")
                .pod(2, "app=client")
                .pod(
                        3,
                        "data",
                        "10.0.2.3",
                        List.of(new NamedPort("web", 9090, "TCP")),
                        "app=client");
    }

    private static Reason reason(
            final Desired desired,
            final int endpoint,
            final Direction direction,
            final String remote,
            final int protocol,
            final int port) {
        final DesiredState state = desired.state();
        return new RowLookup(desired.compile(), state.hostPolicy())
                .decide(endpoint, direction, IpAddress.parse(remote), protocol, port)
                .reason();
    }

    private static Reason ingress(final String spec, final String from, final int port) {
        return reason(shop().policy("a", WEB + spec), 1, INGRESS, from, TCP, port);
    }

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

        assertThat(reason(ingress, 1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(reason(both, 1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(reason(both, 1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(reason(both, 1, EGRESS, "10.0.1.2", TCP, 53)).isEqualTo(Reason.POLICY);
        assertThat(reason(egress, 1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(reason(egress, 1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
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

        assertThat(reason(desired, 1, INGRESS, "10.0.9.4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(reason(desired, 1, INGRESS, "fd00::4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(reason(desired, 1, INGRESS, "fd00::5", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldLetAPodReachItsNodeUnlessItIsJudgedToo() {
        final String spec = WEB + "policyTypes: [Egress]\negress: [{ports: [{port: 53}]}]";
        final Desired passes = shop().policy("a", spec);
        final Desired judged = shop().hostPolicy().policy("a", spec);

        assertThat(reason(passes, 1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.HOST);
        assertThat(reason(judged, 1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(reason(judged, 1, EGRESS, "10.0.0.1", TCP, 53)).isEqualTo(Reason.POLICY);
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

        assertThat(reason(desired, 1, INGRESS, "192.0.2.7", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(reason(desired, 1, INGRESS, "192.0.2.8", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(reason(desired, 1, INGRESS, "192.0.2.16", TCP, 80)).isEqualTo(Reason.POLICY);
    }
}
