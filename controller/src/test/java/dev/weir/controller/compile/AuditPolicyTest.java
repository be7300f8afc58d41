package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditPolicyTest {
    private static final String PORT_80 = "podSelector: {}\ningress: [{ports: [{port: 80}]}]";
    private static final String PORT_90 = "podSelector: {}\ningress: [{ports: [{port: 90}]}]";

    private static RowLookup.Decision decide(final CompiledState compiled, final int port) {
        return new RowLookup(compiled, false)
                .decide(1, INGRESS, IpAddress.parse("192.0.2.1"), 6, port);
    }

    @Test
    void shouldPassAndTellWhatAnAuditedPolicyWouldDeny() {
        final CompiledState compiled =
                new Desired().pod(1).policy(Yaml.audited("a", PORT_80)).compile();

        assertThat(decide(compiled, 80).reason()).isEqualTo(Reason.POLICY);
        assertThat(decide(compiled, 81).verdict()).isEqualTo(Verdict.AUDIT);
        final RuleRef rule = compiled.rules().get(decide(compiled, 81).rule());
        assertThat(rule.name()).isEqualTo("a");
        assertThat(rule.description()).isEqualTo("ingress");
        assertThat(rule.index()).isEqualTo(-1);
    }

    @Test
    void shouldIsolateNobodyByAnAuditedPolicy() {
        final EndpointPolicy word =
                new Desired()
                        .pod(1)
                        .policy(Yaml.audited("a", "podSelector: {}"))
                        .compile()
                        .endpoints()
                        .get(1);

        assertThat(word.isolatedIngress()).isFalse();
        assertThat(word.flags()).isEqualTo(PolicyFlags.of(PolicyFlags.ANY_ROOT, INGRESS));
    }

    @Test
    void shouldChangeNothingNextToAnEnforcingPolicy() {
        final CompiledState compiled =
                new Desired()
                        .pod(1)
                        .policy(Yaml.audited("a", PORT_90))
                        .policy("b", PORT_80)
                        .compile();

        assertThat(decide(compiled, 80).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(decide(compiled, 90).verdict()).isEqualTo(Verdict.DENIED);
        assertThat(decide(compiled, 91).verdict()).isEqualTo(Verdict.DENIED);
    }

    @Test
    void shouldAuditWhatNoneOfSeveralAuditedPoliciesAllows() {
        final CompiledState compiled =
                new Desired()
                        .pod(1)
                        .policy(Yaml.audited("a", PORT_80))
                        .policy(Yaml.audited("b", PORT_90))
                        .compile();

        assertThat(decide(compiled, 80).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(decide(compiled, 90).verdict()).isEqualTo(Verdict.ALLOWED);
        assertThat(decide(compiled, 91).verdict()).isEqualTo(Verdict.AUDIT);
    }

    @Test
    void shouldHaveNothingToAuditWhereEverythingIsAllowed() {
        final CompiledState compiled =
                new Desired()
                        .pod(1)
                        .policy(Yaml.audited("a", "podSelector: {}\ningress: [{}]"))
                        .compile();

        assertThat(decide(compiled, 1).reason()).isEqualTo(Reason.POLICY);
        assertThat(compiled.policies().values().iterator().next().rows()).hasSize(1);
    }

    @Test
    void shouldTakeANewNumberWhenAuditBecomesEnforcement() {
        final CompiledState audited =
                new Desired().pod(1).policy(Yaml.audited("a", PORT_80)).compile();
        final CompiledState enforced = new Desired().pod(1).policy("a", PORT_80).compile(audited);

        assertThat(enforced.endpoints().get(1).policy())
                .isNotEqualTo(audited.endpoints().get(1).policy());
        assertThat(decide(enforced, 80).rule()).isEqualTo(decide(audited, 80).rule());
        assertThat(decide(enforced, 81).verdict()).isEqualTo(Verdict.DENIED);
    }

    private static final String DENY_80 =
            """
            tier: %s
            priority: 1
            subject: {namespaces: {}}
            ingress:
            - action: %s
              from: [{namespaces: {}}]
              protocols: [{tcp: {destinationPort: {number: 80}}}]
            """;

    private static Desired pods() {
        return new Desired().pod(1).pod(2);
    }

    /** From pod 2 to pod 1. */
    private static String told(final Desired desired, final int port) {
        final CompiledState compiled = desired.compile();
        final RowLookup.Decision decision =
                new RowLookup(compiled, false)
                        .decide(1, INGRESS, IpAddress.parse("10.0.1.2"), 6, port);
        final RuleRef rule = compiled.rules().get(decision.rule());
        return decision.reason().text()
                + (rule == null ? "" : " " + rule.policy() + " " + rule.description());
    }

    @Test
    void shouldTellWhatAnAuditedClusterPolicyWouldDenyAndDenyNothing() {
        for (final String tier : List.of("Admin", "Baseline")) {
            final Desired desired =
                    pods().cluster(Yaml.auditedClusterPolicy("c", DENY_80.formatted(tier, "Deny")));

            assertThat(told(desired, 80)).isEqualTo("audit c ingress[0]");
            assertThat(told(desired, 81)).isEqualTo("not-isolated");
            assertThat(desired.compile().endpoints().get(1).isolatedIngress()).isFalse();
        }
    }

    @Test
    void shouldEnforceWhatWasAuditedOnceTheAnnotationIsOff() {
        final Desired desired = pods().cluster("c", DENY_80.formatted("Admin", "Deny"));

        assertThat(told(desired, 80)).isEqualTo("deny-rule c ingress[0]");
    }

    @Test
    void shouldAuditWhatAnEnforcingPolicyAllowsAndOnlyThat() {
        final Desired desired =
                pods().cluster(Yaml.auditedClusterPolicy("c", DENY_80.formatted("Admin", "Deny")))
                        .policy("n", PORT_80);

        assertThat(told(desired, 80)).isEqualTo("audit c ingress[0]");
        assertThat(told(desired, 81)).isEqualTo("no-rule");
        desired.policy("n", PORT_90);
        assertThat(told(desired, 80)).isEqualTo("no-rule");
        assertThat(told(desired, 90)).isEqualTo("policy default/n ingress[0]");
    }

    @Test
    void shouldEnforceTheNextRuleWhereAnAuditedOneWouldDecide() {
        final Desired accepting =
                pods().cluster(Yaml.auditedClusterPolicy("a", DENY_80.formatted("Admin", "Accept")))
                        .cluster("b", DENY_80.formatted("Admin", "Deny"));
        final Desired denying =
                pods().cluster(Yaml.auditedClusterPolicy("a", DENY_80.formatted("Admin", "Deny")))
                        .cluster("b", DENY_80.formatted("Admin", "Accept"));

        assertThat(told(accepting, 80)).isEqualTo("deny-rule b ingress[0]");
        assertThat(told(denying, 80)).isEqualTo("audit a ingress[0]");
    }

    @Test
    void shouldNameTheAuditedPassThatWouldLeaveItToAPolicyThatDenies() {
        final Desired desired =
                pods().cluster(Yaml.auditedClusterPolicy("a", DENY_80.formatted("Admin", "Pass")))
                        .cluster("b", DENY_80.formatted("Admin", "Accept"));

        assertThat(told(desired, 80)).isEqualTo("policy b ingress[0]");
        desired.policy("n", "podSelector: {}");
        assertThat(told(desired, 80)).isEqualTo("audit a ingress[0]");
        desired.policy("n", PORT_80);
        assertThat(told(desired, 80)).isEqualTo("policy b ingress[0]");
        desired.without("default/n").cluster("z", DENY_80.formatted("Baseline", "Deny"));
        assertThat(told(desired, 80)).isEqualTo("audit a ingress[0]");
    }

    @Test
    void shouldEnforceTheBaselineThatAnAuditedNetworkPolicyWouldOverride() {
        final Desired desired =
                pods().policy(Yaml.audited("n", PORT_80))
                        .cluster("b", DENY_80.formatted("Baseline", "Deny"));

        assertThat(told(desired, 80)).isEqualTo("deny-rule b ingress[0]");
        assertThat(told(desired, 81)).isEqualTo("audit default/n ingress");
    }
}
