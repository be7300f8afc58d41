package dev.weir.controller.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.controller.compile.Desired;
import dev.weir.controller.compile.NamedPort;
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
                        "default/web-allow ingress[0] allows TCP 80 from default/pod2"
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
                        "default/pod1 is isolated for ingress by default/web-allow; none of the 2"
                                + " ingress rules allows TCP 81 from default/pod2 (app=client)");
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
                        "passes, but audited policy default/quiet would deny TCP 80 to"
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

    @Test
    void shouldSayOfEachRuleWhatDiffers() {
        final VerdictAnswer.Side side = ask(shop(), CLIENT, WEB, 81).ingress().get();

        assertThat(side.rules())
                .extracting(VerdictAnswer.RuleCheck::rule)
                .containsExactly("ingress[0]", "ingress[1]");
        assertThat(side.rules().get(0).words())
                .isEqualTo("from pods app=client in namespace default, port TCP 80");
        assertThat(side.rules().get(0).differs()).containsExactly("port");
        assertThat(side.rules().get(0).mismatch()).contains("port differs: TCP 81 is not TCP 80");
        assertThat(side.rules().get(1).mismatch())
                .contains("peer differs: 10.0.1.2 is not in 192.0.2.0/24");
    }

    @Test
    void shouldNameTheLabelsThatDifferOfPodAndNamespace() {
        final Desired desired =
                new Desired()
                        .namespace("shop", "team=b")
                        .pod(1, "app=web")
                        .pod(2, "shop", "10.0.1.2", List.of(), "role=x")
                        .policy(
                                "web",
                                """
                                podSelector: {}
                                ingress:
                                - from:
                                  - podSelector: {matchLabels: {role: client}}
                                    namespaceSelector: {matchLabels: {team: a}}
                                  - podSelector: {matchExpressions: [{key: tier, operator: Exists}]}
                                  - ipBlock: {cidr: 10.0.0.0/8, except: [10.0.1.0/24]}
                                """);

        assertThat(ask(desired, CLIENT, WEB, 80).ingress().get().rules().get(0).mismatch())
                .contains(
                        "peer differs: namespace shop: label team is b (wants team=a), label role"
                                + " is x (wants role=client) / namespace is shop, not default, label"
                                + " tier is missing (wants tier) / 10.0.1.2 is in 10.0.1.0/24, which"
                                + " is excepted");
    }

    @Test
    void shouldSayWhatANamedPortIsHere() {
        final Desired desired =
                new Desired()
                        .pod(
                                1,
                                "default",
                                "10.0.1.1",
                                List.of(new NamedPort("web", 8080, "TCP")),
                                "app=web")
                        .pod(2, "app=client")
                        .policy(
                                "web",
                                "podSelector: {matchLabels: {app: web}}\n"
                                        + "ingress: [{ports: [{port: web}, {port: dns}]}]");

        assertThat(ask(desired, CLIENT, WEB, 8080).ingress().get().decided())
                .contains("ingress[0] from anyone, ports TCP \"web\", TCP \"dns\"");
        assertThat(ask(desired, CLIENT, WEB, 80).ingress().get().rules().get(0).mismatch())
                .contains(
                        "port differs: TCP 80 is not TCP \"web\", which is 8080 of default/pod1 /"
                                + " TCP \"dns\", which default/pod1 does not have");
    }

    @Test
    void shouldSayWhatWouldBeWithoutThePolicyThatAllows() {
        final Desired desired = shop().policy("deny", "podSelector: {}");
        final VerdictAnswer.Side side = ask(desired, CLIENT, WEB, 80).ingress().get();

        assertThat(side.decided())
                .contains("ingress[0] from pods app=client in namespace default, port TCP 80");
        assertThat(side.without()).hasSize(1);
        assertThat(side.without().get(0).policy()).isEqualTo("default/web-allow");
        assertThat(side.without().get(0).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(side.without().get(0).message())
                .isEqualTo(
                        "default/pod1 is isolated for ingress by default/deny; there is no ingress"
                                + " rule, so nothing allows TCP 80 from default/pod2 (app=client)");
        assertThat(ask(shop(), CLIENT, WEB, 80).ingress().get().without().get(0).message())
                .isEqualTo("no policy isolates default/pod1 for ingress");
    }

    @Test
    void shouldSayOfEachIsolatingPolicyWhatWouldBeWithoutIt() {
        final Desired desired = shop().policy("deny", "podSelector: {}");

        assertThat(ask(desired, CLIENT, WEB, 81).ingress().get().without())
                .extracting(VerdictAnswer.Without::policy, VerdictAnswer.Without::verdict)
                .containsExactly(
                        tuple("default/deny", Verdict.DENIED),
                        tuple("default/web-allow", Verdict.DENIED));
        assertThat(ask(shop(), CLIENT, WEB, 81).ingress().get().without())
                .extracting(VerdictAnswer.Without::policy, VerdictAnswer.Without::verdict)
                .containsExactly(tuple("default/web-allow", Verdict.ALLOWED));
    }

    @Test
    void shouldSupposeANamespacesLabels() {
        final Desired desired =
                new Desired()
                        .pod(1, "app=web")
                        .pod(2, "shop", "10.0.1.2", List.of(), "app=client")
                        .policy(
                                "web",
                                "podSelector: {}\ningress: [{from: [{namespaceSelector:"
                                        + " {matchLabels: {team: a}}}]}]");
        final VerdictAnswer supposed =
                Explainer.explain(
                        desired.compile(),
                        desired.state(),
                        new VerdictQuery(CLIENT, WEB, 6, 80, Map.of("shop", Map.of("team", "a"))));

        assertThat(ask(desired, CLIENT, WEB, 80).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(supposed.verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(supposed.supposed()).isTrue();
        assertThat(ask(desired, CLIENT, WEB, 80).supposed()).isFalse();
    }

    @Test
    void shouldSupposeAnAddressForAContainerThatDoesNotExist() {
        final VerdictQuery.Party outside =
                new VerdictQuery.LabelsParty(
                        "x", Map.of(), List.of(), List.of(IpAddress.parse("192.0.2.9")));

        assertThat(ask(shop(), outside, WEB, 81).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(ask(shop(), labels("x", "y"), WEB, 81).ingress().get().rules().get(1).mismatch())
                .contains(
                        "peer differs: a container of namespace x has no address to be in"
                                + " 192.0.2.0/24");
    }

    @Test
    void shouldHintThatTheOtherFamilyIsJudgedOtherwise() {
        final Desired desired =
                new Desired()
                        .pod(1, "default", "10.0.1.1,fd00::1", List.of(), "app=web")
                        .pod(2, "default", "10.0.1.2,fd00::2", List.of(), "app=client")
                        .policy(
                                "a",
                                "podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\n"
                                        + "egress: [{to: [{ipBlock: {cidr: 'fd00::/64'}}]}]");
        final VerdictAnswer answer = ask(desired, CLIENT, WEB, 80);

        assertThat(answer.egress().get().remote()).contains(IpAddress.parse("10.0.1.1"));
        assertThat(answer.hints())
                .containsExactly(
                        "over IPv6 the egress verdict is another one, allowed: default/a egress[0]"
                                + " allows TCP 80 to default/pod1 (app=web)");
    }

    @Test
    void shouldHintThatAnOutsiderIsNotJudgedHere() {
        assertThat(ask(shop(), address("192.0.2.7"), WEB, 81).hints())
                .containsExactly(
                        "192.0.2.7 is no container of this node: what may judge its egress is not"
                                + " known here");
    }

    @Test
    void shouldNameTheClusterPolicyThatDeniesBeforeAll() {
        final Desired desired =
                shop().cluster(
                                "strict",
                                """
                                tier: Admin
                                priority: 1
                                subject: {namespaces: {}}
                                ingress:
                                - name: no clients
                                  action: Deny
                                  from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}}]
                                """);
        final VerdictAnswer.Side side = ask(desired, CLIENT, WEB, 80).ingress().get();

        assertThat(side.reason()).isEqualTo(Reason.DENY_RULE);
        assertThat(side.message())
                .isEqualTo(
                        "strict ingress[0] (no clients) denies TCP 80 from default/pod2"
                                + " (app=client)");
        assertThat(side.decided())
                .contains(
                        "ingress[0] Deny from pods app=client in every namespace, every protocol"
                                + " and port");
        assertThat(side.rules())
                .extracting(VerdictAnswer.RuleCheck::tier, VerdictAnswer.RuleCheck::policy)
                .containsExactly(
                        tuple("Admin", "strict"),
                        tuple("NetworkPolicy", "default/web-allow"),
                        tuple("NetworkPolicy", "default/web-allow"));
        assertThat(side.without())
                .extracting(
                        VerdictAnswer.Without::kind,
                        VerdictAnswer.Without::policy,
                        VerdictAnswer.Without::verdict)
                .containsExactly(tuple("ClusterNetworkPolicy", "strict", Verdict.ALLOWED));
    }

    @Test
    void shouldAskBaselineOnlyWhereNothingIsolates() {
        final Desired desired =
                shop().cluster(
                                "last",
                                """
                                tier: Baseline
                                priority: 0
                                subject: {namespaces: {}}
                                ingress: [{action: Deny, from: [{namespaces: {}}]}]
                                """);

        assertThat(ask(desired, CLIENT, WEB, 81).ingress().get().reason())
                .isEqualTo(Reason.NO_RULE);
        assertThat(ask(desired, CLIENT, WEB, 81).ingress().get().rules())
                .extracting(VerdictAnswer.RuleCheck::tier)
                .containsOnly("NetworkPolicy");
        assertThat(ask(desired, WEB, CLIENT, 81).ingress().get().message())
                .isEqualTo("last ingress[0] denies TCP 81 from default/pod1 (app=web)");
    }
}
