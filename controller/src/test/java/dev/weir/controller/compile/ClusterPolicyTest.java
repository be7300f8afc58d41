package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ClusterNetworkPolicies: tiers, their order, and what their peers and ports match. */
class ClusterPolicyTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int SCTP = 132;
    private static final String EVERY_POD = "subject: {namespaces: {}}\n";
    private static final String DENY_PODS = "ingress: [{action: Deny, from: [{namespaces: {}}]}]";
    private static final String ACCEPT_PODS =
            "ingress: [{action: Accept, from: [{namespaces: {}}]}]";
    private static final String PASS_PODS = "ingress: [{action: Pass, from: [{namespaces: {}}]}]";

    /** Pods 1 and 2 in namespace default, pod 3 in data, of which two have two families. */
    private static Desired pods() {
        return new Desired()
                .namespace("data", "env=prod")
                .pod(
                        1,
                        "default",
                        "10.0.1.1,fd00::1:1",
                        List.of(new NamedPort("web", 8080, "TCP"), new NamedPort("web", 53, "UDP")),
                        "app=web")
                .pod(2, "default", "10.0.1.2,fd00::1:2", List.of(), "app=client")
                .pod(3, "data", "10.0.2.3", List.of(), "app=client");
    }

    private static String admin(final int priority, final String rules) {
        return "tier: Admin\npriority: " + priority + "\n" + EVERY_POD + rules;
    }

    private static String baseline(final int priority, final String rules) {
        return "tier: Baseline\npriority: " + priority + "\n" + EVERY_POD + rules;
    }

    /** From pod 2 to pod 1. */
    private static Reason reason(final Desired desired) {
        return desired.reason(1, INGRESS, "10.0.1.2", TCP, 80);
    }

    private static String rule(final Desired desired) {
        final RuleRef rule =
                desired.compile()
                        .rules()
                        .get(desired.decide(1, INGRESS, "10.0.1.2", TCP, 80).rule());
        return rule.kind() + " " + rule.policy() + " " + rule.description();
    }

    @Test
    void shouldDenyInTheAdminTierWhatANetworkPolicyAllows() {
        final Desired desired =
                pods().cluster("c", admin(1, DENY_PODS))
                        .policy("a", "podSelector: {}\ningress: [{}]");

        assertThat(reason(desired)).isEqualTo(Reason.DENY_RULE);
        assertThat(rule(desired)).isEqualTo("ClusterNetworkPolicy c ingress[0]");
        assertThat(desired.reason(1, INGRESS, "192.0.2.1", TCP, 80)).isEqualTo(Reason.POLICY);
    }

    @Test
    void shouldAcceptInTheAdminTierWhatANetworkPolicyDoesNotAllow() {
        final Desired desired =
                pods().cluster("c", admin(1, ACCEPT_PODS)).policy("a", "podSelector: {}");

        assertThat(rule(desired)).isEqualTo("ClusterNetworkPolicy c ingress[0]");
        assertThat(desired.reason(1, INGRESS, "192.0.2.1", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldSkipTheRestOfTheAdminTierOnAPassAndLetANetworkPolicyDecide() {
        final Desired passed =
                pods().cluster("a", admin(1, PASS_PODS)).cluster("b", admin(2, DENY_PODS));

        assertThat(reason(passed)).isEqualTo(Reason.NOT_ISOLATED);
        passed.policy("n", "podSelector: {}\ningress: [{ports: [{port: 81}]}]");
        assertThat(reason(passed)).isEqualTo(Reason.NO_RULE);
        passed.policy("m", "podSelector: {}\ningress: [{ports: [{port: 80}]}]");
        assertThat(rule(passed)).isEqualTo("NetworkPolicy default/m ingress[0]");
    }

    @Test
    void shouldPassFromTheAdminTierToTheBaselineWhereNoNetworkPolicySelects() {
        final Desired desired =
                pods().cluster("a", admin(1, PASS_PODS)).cluster("b", baseline(2, DENY_PODS));

        assertThat(rule(desired)).isEqualTo("ClusterNetworkPolicy b ingress[0]");
        assertThat(reason(desired)).isEqualTo(Reason.DENY_RULE);
    }

    @Test
    void shouldPassByOneNarrowRuleAndDenyTheRest() {
        final Desired desired =
                pods().cluster(
                                "c",
                                admin(
                                        1,
                                        """
                                        ingress:
                                        - action: Pass
                                          from: [{namespaces: {}}]
                                          protocols: [{tcp: {destinationPort: {number: 80}}}]
                                        - action: Deny
                                          from: [{namespaces: {}}]
                                        """));

        assertThat(reason(desired)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 81)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", UDP, 80)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", ICMP, 0)).isEqualTo(Reason.DENY_RULE);
    }

    @Test
    void shouldLetANetworkPolicyOverrideTheBaselineBothWays() {
        final Desired denied = pods().cluster("c", baseline(1, DENY_PODS));
        final Desired accepted = pods().cluster("c", baseline(1, ACCEPT_PODS));

        assertThat(reason(denied)).isEqualTo(Reason.DENY_RULE);
        assertThat(reason(denied.policy("a", "podSelector: {}\ningress: [{}]")))
                .isEqualTo(Reason.POLICY);
        assertThat(rule(accepted)).isEqualTo("ClusterNetworkPolicy c ingress[0]");
        assertThat(reason(accepted.policy("a", "podSelector: {}"))).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldEndTheBaselineOnAPass() {
        final Desired desired =
                pods().cluster("a", baseline(1, PASS_PODS)).cluster("b", baseline(2, DENY_PODS));

        assertThat(reason(desired)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldGoByPriorityThenByNameThenByTheOrderOfTheRules() {
        final Desired priority =
                pods().cluster("a", admin(20, DENY_PODS)).cluster("b", admin(3, ACCEPT_PODS));
        final Desired name =
                pods().cluster("b", admin(3, DENY_PODS)).cluster("a", admin(3, ACCEPT_PODS));
        final Desired place =
                pods().cluster(
                                "a",
                                admin(
                                        0,
                                        "ingress: [{action: Accept, from: [{namespaces: {}}]},"
                                                + " {action: Deny, from: [{namespaces: {}}]}]"));

        assertThat(rule(priority)).isEqualTo("ClusterNetworkPolicy b ingress[0]");
        assertThat(rule(name)).isEqualTo("ClusterNetworkPolicy a ingress[0]");
        assertThat(rule(place)).isEqualTo("ClusterNetworkPolicy a ingress[0]");
    }

    @Test
    void shouldIsolateNobody() {
        final Desired desired = pods().cluster("c", admin(1, ACCEPT_PODS));

        assertThat(desired.reason(1, INGRESS, "192.0.2.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.compile().endpoints().get(1).isolatedIngress()).isFalse();
    }

    @Test
    void shouldTellTheDatapathThatARowDenies() {
        final int flag = PolicyFlags.of(PolicyFlags.DENIES, INGRESS);

        assertThat(pods().cluster("c", admin(1, DENY_PODS)).compile().endpoints().get(1).flags())
                .matches(flags -> (flags & flag) != 0);
        assertThat(pods().cluster("c", admin(1, ACCEPT_PODS)).compile().endpoints().get(1).flags())
                .matches(flags -> (flags & flag) == 0);
    }

    @Test
    void shouldSelectItsSubjectByNamespacesOrByPods() {
        final Desired namespaces =
                pods().cluster(
                                "c",
                                "tier: Admin\npriority: 1\nsubject: {namespaces: {matchLabels: {env:"
                                        + " prod}}}\n"
                                        + DENY_PODS);
        final Desired both =
                pods().cluster(
                                "c",
                                "tier: Admin\npriority: 1\nsubject: {pods: {podSelector:"
                                        + " {matchLabels: {app: web}}}}\n"
                                        + DENY_PODS);

        assertThat(reason(namespaces)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(namespaces.reason(3, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.DENY_RULE);
        assertThat(reason(both)).isEqualTo(Reason.DENY_RULE);
        assertThat(both.reason(2, INGRESS, "10.0.1.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldTakeAPeerOfPodsInAllNamespacesThatItsSelectorNames() {
        final Desired desired =
                pods().cluster(
                                "c",
                                admin(
                                        1,
                                        "ingress: [{action: Deny, from: [{pods: {namespaceSelector:"
                                                + " {matchLabels: {env: prod}}, podSelector:"
                                                + " {matchLabels: {app: client}}}}]}]"));

        assertThat(reason(desired)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.2.3", TCP, 80)).isEqualTo(Reason.DENY_RULE);
    }

    @Test
    void shouldMatchPodsIcmpAndOneFamilyByNetworks() {
        final Desired desired =
                pods().cluster(
                                "c",
                                admin(
                                        1,
                                        "egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}]}]"));

        assertThat(desired.reason(1, EGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, EGRESS, "192.0.2.1", ICMP, 0)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, EGRESS, "fd00::1:2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldMatchANamedPortOfAnyProtocolOnTheReceivingPod() {
        final String rule =
                "%s: [{action: Deny, %s: [{namespaces: {}}], protocols: [{destinationNamedPort:"
                        + " web}]}]";
        final Desired ingress = pods().cluster("c", admin(1, rule.formatted("ingress", "from")));
        final Desired egress = pods().cluster("c", admin(1, rule.formatted("egress", "to")));

        assertThat(ingress.reason(1, INGRESS, "10.0.1.2", TCP, 8080)).isEqualTo(Reason.DENY_RULE);
        assertThat(ingress.reason(1, INGRESS, "10.0.1.2", UDP, 53)).isEqualTo(Reason.DENY_RULE);
        assertThat(ingress.reason(1, INGRESS, "10.0.1.2", TCP, 53)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(ingress.reason(2, INGRESS, "10.0.1.1", TCP, 8080))
                .isEqualTo(Reason.NOT_ISOLATED);
        assertThat(egress.reason(2, EGRESS, "10.0.1.1", TCP, 8080)).isEqualTo(Reason.DENY_RULE);
        assertThat(egress.reason(2, EGRESS, "10.0.2.3", TCP, 8080)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldMatchEachProtocolByItsPorts() {
        final Desired desired =
                pods().cluster(
                                "c",
                                admin(
                                        1,
                                        """
                                        ingress:
                                        - action: Deny
                                          from: [{namespaces: {}}]
                                          protocols:
                                          - sctp: {destinationPort: {number: 9003}}
                                          - udp: {destinationPort: {range: {start: 53, end: 55}}}
                                        """));

        assertThat(desired.reason(1, INGRESS, "10.0.1.2", SCTP, 9003)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 9003))
                .isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", UDP, 55)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", UDP, 56)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", ICMP, 0)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldCutNoPodOffFromItselfAndNoneFromItsNodeUnlessTheNodeIsJudgedToo() {
        final String rules =
                "egress: [{action: Deny, to: [{networks: [0.0.0.0/0]}, {namespaces: {}}]}]";
        final Desired desired = pods().cluster("c", admin(0, rules));

        assertThat(desired.reason(1, EGRESS, "10.0.1.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.HOST);
        assertThat(desired.reason(1, INGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.HOST);
        desired.hostPolicy();
        assertThat(desired.reason(1, EGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, INGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldNotTakeTheNodeForAPod() {
        final Desired desired = pods().hostPolicy().cluster("c", admin(0, DENY_PODS));

        assertThat(desired.reason(1, INGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldKeepARulesNumberUntilItsPlaceOrContentChanges() {
        final CompiledState before = pods().cluster("c", admin(1, DENY_PODS)).compile();
        final CompiledState moved = pods().cluster("c", admin(7, DENY_PODS)).compile(before);
        final CompiledState accepting = pods().cluster("c", admin(7, ACCEPT_PODS)).compile(before);

        assertThat(moved.rules().keySet()).isEqualTo(before.rules().keySet());
        assertThat(accepting.rules().keySet()).isNotEqualTo(before.rules().keySet());
    }

    @Test
    void shouldMakeNoRowsForASubjectThatIsNotHere() {
        final CompiledState compiled =
                pods().cluster(
                                "c",
                                """
                                tier: Admin
                                priority: 1
                                subject: {namespaces: {matchLabels: {env: none}}}
                                egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}]}]
                                """)
                        .compile();

        assertThat(compiled.policies()).isEmpty();
        assertThat(compiled.cidrs()).isEmpty();
    }

    @Test
    void shouldListThePoliciesInTheOrderInWhichTheyAreAsked() {
        final DesiredState desired =
                pods().cluster("z", admin(1, DENY_PODS))
                        .cluster("y", admin(1, DENY_PODS))
                        .cluster("x", admin(2, "egress: [{action: Deny, to: [{namespaces: {}}]}]"))
                        .cluster("a", admin(2, DENY_PODS))
                        .cluster("b", baseline(0, DENY_PODS))
                        .policy("n", "podSelector: {}")
                        .state();
        final PolicyTiers tiers =
                PolicyTiers.of(desired, desired.endpoints().get(1), Direction.INGRESS);

        assertThat(tiers.admin()).extracting(policy -> policy.key()).containsExactly("y", "z", "a");
        assertThat(tiers.networkPolicies())
                .extracting(policy -> policy.key())
                .containsExactly("default/n");
        assertThat(tiers.baseline()).extracting(policy -> policy.key()).containsExactly("b");
    }
}
