package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import dev.weir.dataplane.table.EndpointPolicy;
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
}
