package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private static final VerdictQuery.Party WEB = new VerdictQuery.EndpointParty(1);
    private static final VerdictQuery.Party CLIENT = new VerdictQuery.EndpointParty(2);

    private static Desired shop() {
        return new Desired()
                .pod(1, "default", "10.0.1.1,fd00::1", List.of(), "app=web")
                .pod(2, "app=client")
                .policy(
                        "web-allow",
                        """
                        podSelector: {matchLabels: {app: web}}
                        ingress:
                        - from: [{podSelector: {matchLabels: {app: client}}}]
                          ports: [{port: 80}]
                        - from: [{ipBlock: {cidr: 192.0.2.0/24}}]
                        """);
    }

    private static VerdictAnswer ask(
            final Desired desired,
            final VerdictQuery.Party from,
            final VerdictQuery.Party to,
            final int port) {
        return Explainer.explain(
                desired.compile(), desired.state(), new VerdictQuery(from, to, 6, port));
    }

    private static VerdictQuery.Party address(final String address) {
        return new VerdictQuery.AddressParty(IpAddress.parse(address));
    }

    private static VerdictQuery.Party labels(final String namespace, final String app) {
        return new VerdictQuery.LabelsParty(namespace, Map.of("app", app), List.of());
    }

    @Test
    void shouldNameTheRuleThatAllows() {
        final VerdictAnswer answer = ask(shop(), CLIENT, WEB, 80);

        assertThat(answer.verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(answer.egress().get().reason()).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(answer.egress().get().message())
                .isEqualTo("no policy isolates default/pod2 for egress");
        assertThat(answer.ingress().get().rule().get().description()).isEqualTo("ingress[0]");
        assertThat(answer.ingress().get().message())
                .isEqualTo(
                        "default/web-allow ingress[0] allows TCP/80 from default/pod2"
                                + " (app=client)");
    }

    @Test
    void shouldNameThePoliciesThatIsolateWhenNoRuleAllows() {
        final VerdictAnswer answer = ask(shop(), CLIENT, WEB, 81);

        assertThat(answer.verdict()).isEqualTo(Verdict.DENIED);
        assertThat(answer.ingress().get().rule()).isEmpty();
        assertThat(answer.ingress().get().isolatedBy()).containsExactly("default/web-allow");
        assertThat(answer.ingress().get().message())
                .isEqualTo(
                        "default/pod1 is isolated for ingress by default/web-allow, and no rule"
                                + " allows TCP/81 from default/pod2 (app=client)");
    }

    @Test
    void shouldSayInWhichBlockAnAddressIs() {
        assertThat(ask(shop(), address("192.0.2.7"), WEB, 81).ingress().get().peer())
                .isEqualTo("192.0.2.7 (in 192.0.2.0/24)");
        assertThat(ask(shop(), address("192.0.3.7"), WEB, 81).ingress().get().peer())
                .isEqualTo("192.0.3.7 (in no ipBlock)");
        assertThat(ask(shop(), address("192.0.2.7"), WEB, 81).egress()).isEmpty();
    }

    @Test
    void shouldTakeAnEndpointsAddressForTheEndpoint() {
        final VerdictAnswer answer = ask(shop(), address("10.0.1.2"), address("10.0.1.1"), 80);

        assertThat(answer).isEqualTo(ask(shop(), CLIENT, WEB, 80));
    }

    @Test
    void shouldLetTheNodePass() {
        assertThat(ask(shop(), address("10.0.0.1"), WEB, 81).ingress().get().reason())
                .isEqualTo(Reason.HOST);
    }

    @Test
    void shouldAnswerForContainersThatDoNotExist() {
        assertThat(ask(shop(), labels("default", "client"), WEB, 80).verdict())
                .isEqualTo(Verdict.ALLOWED);
        assertThat(ask(shop(), labels("data", "client"), WEB, 80).verdict())
                .isEqualTo(Verdict.DENIED);
        assertThat(ask(shop(), labels("default", "client"), labels("default", "web"), 81).verdict())
                .isEqualTo(Verdict.DENIED);
        assertThat(ask(shop(), labels("x", "y"), WEB, 81).ingress().get().peer())
                .isEqualTo("a container of namespace x (app=y)");
    }

    @Test
    void shouldSayThatAnAuditedPolicyWouldDeny() {
        final Desired desired = shop().policy(Yaml.audited("quiet", "policyTypes: [Egress]"));
        final VerdictAnswer answer = ask(desired, CLIENT, WEB, 80);

        assertThat(answer.verdict()).isEqualTo(Verdict.AUDIT);
        assertThat(answer.egress().get().message())
                .isEqualTo(
                        "passes, but the audited policies default/quiet would deny TCP/80 to"
                                + " default/pod1 (app=web)");
    }

    @Test
    void shouldSayThatAContainerReachesItself() {
        final VerdictAnswer answer = ask(shop(), WEB, WEB, 81);

        assertThat(answer.verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(answer.ingress().get().peer()).isEqualTo("itself");
    }

    @Test
    void shouldMeetThePeerAtAnAddressOfTheSameFamily() {
        final Desired desired =
                new Desired()
                        .pod(1, "default", "10.0.1.1,fd00::1", List.of(), "app=web")
                        .pod(2, "default", "fd00::2", List.of(), "app=client")
                        .policy(
                                "a",
                                "podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\n"
                                        + "egress: [{to: [{ipBlock: {cidr: 'fd00::/64'}}]}]");

        assertThat(ask(desired, CLIENT, WEB, 80).verdict()).isEqualTo(Verdict.ALLOWED);
    }

    @Test
    void shouldRefuseAnEndpointThatIsNotThere() {
        assertThatThrownBy(() -> ask(shop(), new VerdictQuery.EndpointParty(7), WEB, 80))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("from: endpoint 7 (expected: one that is attached)");
    }
}
