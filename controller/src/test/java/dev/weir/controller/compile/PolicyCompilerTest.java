package dev.weir.controller.compile;

import static dev.weir.controller.compile.Shop.TCP;
import static dev.weir.controller.compile.Shop.WEB;
import static dev.weir.controller.compile.Shop.ingress;
import static dev.weir.controller.compile.Shop.shop;
import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    private static final int UDP = 17;
    private static final int ICMP = 1;

    private static Reason egress(final String spec, final String to, final int port) {
        return shop().policy("a", "podSelector: {matchLabels: {app: client}}\n" + spec)
                .reason(2, EGRESS, to, TCP, port);
    }

    @Test
    void shouldIsolateOnlyTheSelectedPodsAndOnlyInThePolicysDirections() {
        final CompiledState compiled = shop().policy("a", WEB).compile();

        assertThat(compiled.endpoints().get(1).isolatedIngress()).isTrue();
        assertThat(compiled.endpoints().get(1).isolatedEgress()).isFalse();
        assertThat(compiled.endpoints().get(2)).isEqualTo(EndpointPolicy.OPEN);
        assertThat(compiled.endpoints().get(3)).isEqualTo(EndpointPolicy.OPEN);
        assertThat(ingress("", "10.0.1.2", 80)).isEqualTo(Reason.NO_RULE);
        assertThat(shop().policy("a", WEB).reason(1, EGRESS, "10.0.1.2", TCP, 80))
                .isEqualTo(Reason.NOT_ISOLATED);
    }

    @Test
    void shouldGiveADenyAllItsOwnNumberAndNoRows() {
        final CompiledState compiled = shop().policy("a", WEB).compile();

        assertThat(compiled.endpoints().get(1).policy()).isNotZero();
        assertThat(compiled.policies().get(compiled.endpoints().get(1).policy()).rows()).isEmpty();
    }

    @Test
    void shouldLetInWhatAnyPolicyAllows() {
        final Desired desired =
                shop().policy("a", WEB + "ingress: [{ports: [{port: 80}]}]")
                        .policy("b", WEB + "ingress: [{ports: [{port: 81}]}]");

        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 81)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "10.0.1.2", TCP, 82)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldMatchEveryProtocolWithoutPortsAndOnlyThosePortsWithThem() {
        final Desired all = shop().policy("a", WEB + "ingress: [{}]");
        final Desired tcp = shop().policy("a", WEB + "ingress: [{ports: [{protocol: TCP}]}]");

        assertThat(all.reason(1, INGRESS, "192.0.2.1", ICMP, 0)).isEqualTo(Reason.POLICY);
        assertThat(all.reason(1, INGRESS, "192.0.2.1", 47, 0)).isEqualTo(Reason.POLICY);
        assertThat(tcp.reason(1, INGRESS, "192.0.2.1", TCP, 65535)).isEqualTo(Reason.POLICY);
        assertThat(tcp.reason(1, INGRESS, "192.0.2.1", UDP, 65535)).isEqualTo(Reason.NO_RULE);
        assertThat(tcp.reason(1, INGRESS, "192.0.2.1", ICMP, 0)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldTakeAPodSelectorAloneForTheOwnNamespace() {
        final String spec = "ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]";

        assertThat(ingress(spec, "10.0.1.2", 80)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.0.2.3", 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldTakeANamespaceSelectorAloneForAllItsPods() {
        final String spec = "ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}}]}]";

        assertThat(ingress(spec, "10.0.1.2", 80)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress(spec, "10.0.2.3", 80)).isEqualTo(Reason.POLICY);
    }

    @Test
    void shouldWantBothSelectorsOfOnePeerAndEitherOfTwo() {
        final String both =
                "ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}},"
                        + " podSelector: {matchLabels: {app: other}}}]}]";
        final String either =
                "ingress: [{from: [{namespaceSelector: {matchLabels: {env: prod}}},"
                        + " {podSelector: {matchLabels: {app: other}}}]}]";

        assertThat(ingress(both, "10.0.2.3", 80)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress(either, "10.0.2.3", 80)).isEqualTo(Reason.POLICY);
    }

    @Test
    void shouldKnowANamespaceThatWasNeverWrittenByItsName() {
        final Desired desired =
                shop().pod(4, "fresh", "10.0.3.4", List.of())
                        .policy(
                                "a",
                                WEB
                                        + "ingress: [{from: [{namespaceSelector: {matchLabels:"
                                        + " {kubernetes.io/metadata.name: fresh}}}]}]");

        assertThat(desired.reason(1, INGRESS, "10.0.3.4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "10.0.2.3", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldNotTakeASelectorForAddressesThatAreNoPods() {
        final String spec = "ingress: [{from: [{namespaceSelector: {}}]}]";

        assertThat(ingress(spec, "10.0.2.3", 80)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "192.0.2.1", 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldMatchPodsByIpBlockTooButNotInItsHoles() {
        final String spec =
                "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/16, except: [10.0.2.0/24]}}]}]";

        assertThat(ingress(spec, "10.0.1.2", 80)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.0.2.3", 80)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress(spec, "10.0.9.9", 80)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.1.0.0", 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldCountTheAddressAndNotThePodForAnIpBlock() {
        final Desired desired =
                shop().pod(4, "default", "10.0.9.4,fd00::4", List.of())
                        .policy("a", WEB + "ingress: [{from: [{ipBlock: {cidr: 10.0.9.0/24}}]}]");

        assertThat(desired.reason(1, INGRESS, "10.0.9.4", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(desired.reason(1, INGRESS, "fd00::4", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldTellOneFamilysEverythingFromTheOthers() {
        final String spec = "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]";

        assertThat(ingress(spec, "192.0.2.1", 80)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "2001:db8::1", 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldResolveIngressNamesOnTheReceivingPod() {
        final String spec = "ingress: [{ports: [{port: web}]}]";

        assertThat(ingress(spec, "10.0.2.3", 8080)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.0.2.3", 9090)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress("ingress: [{ports: [{port: web, protocol: UDP}]}]", "10.0.2.3", 8080))
                .isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldResolveEgressNamesOnEachPeer() {
        final String any = "policyTypes: [Egress]\negress: [{ports: [{port: web}]}]";
        final String block =
                "policyTypes: [Egress]\n"
                        + "egress: [{to: [{ipBlock: {cidr: 10.0.2.0/24}}], ports: [{port: web}]}]";

        assertThat(egress(any, "10.0.1.1", 8080)).isEqualTo(Reason.POLICY);
        assertThat(egress(any, "10.0.1.1", 9090)).isEqualTo(Reason.NO_RULE);
        assertThat(egress(any, "10.0.2.3", 9090)).isEqualTo(Reason.POLICY);
        assertThat(egress(any, "192.0.2.1", 8080)).isEqualTo(Reason.NO_RULE);
        assertThat(egress(block, "10.0.2.3", 9090)).isEqualTo(Reason.POLICY);
        assertThat(egress(block, "10.0.1.1", 8080)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldAllowEachPortOfARangeAndNoOther() {
        final String spec = "ingress: [{ports: [{port: 32000, endPort: 32767}]}]";

        assertThat(ingress(spec, "10.0.1.2", 31999)).isEqualTo(Reason.NO_RULE);
        assertThat(ingress(spec, "10.0.1.2", 32000)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.0.1.2", 32767)).isEqualTo(Reason.POLICY);
        assertThat(ingress(spec, "10.0.1.2", 32768)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldNeverCutAPodOffFromItselfButFromItsTwin() {
        final Desired desired = shop().pod(4, "app=web").policy("a", WEB);

        assertThat(desired.reason(1, INGRESS, "10.0.1.1", TCP, 80)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, INGRESS, "10.0.1.4", TCP, 80)).isEqualTo(Reason.NO_RULE);
    }

    @Test
    void shouldLetTheNodeThroughUnlessItIsJudgedToo() {
        final String block = WEB + "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/30}}]}]";
        final Desired passes = shop().policy("a", WEB);
        final Desired judged = shop().hostPolicy().policy("a", block).host("10.0.5.1");

        assertThat(passes.reason(1, INGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.HOST);
        assertThat(judged.reason(1, INGRESS, "10.0.0.1", TCP, 80)).isEqualTo(Reason.POLICY);
        assertThat(judged.reason(1, INGRESS, "10.0.5.1", TCP, 80)).isEqualTo(Reason.NO_RULE);
        assertThat(judged.compile().identities().values())
                .filteredOn(IdentityInfo::host)
                .hasSize(2);
    }

    @Test
    void shouldCreditTheFirstRuleThatAllows() {
        final Desired desired =
                shop().policy("b", WEB + "ingress: [{}]")
                        .policy(
                                "a",
                                WEB + "ingress: [{ports: [{port: 1}]}, {ports: [{port: 80}]}]");
        final CompiledState compiled = desired.compile();
        final RowLookup lookup = new RowLookup(compiled, false);
        final IpAddress remote = IpAddress.parse("192.0.2.1");

        final RuleRef first =
                compiled.rules().get(lookup.decide(1, INGRESS, remote, TCP, 80).rule());
        assertThat(first.name()).isEqualTo("a");
        assertThat(first.description()).isEqualTo("ingress[1]");
        assertThat(compiled.rules().get(lookup.decide(1, INGRESS, remote, TCP, 81).rule()).name())
                .isEqualTo("b");
    }

    @Test
    void shouldLeaveOutRowsThatAWiderRowMakesNeedless() {
        final CompiledState compiled =
                shop().policy(
                                "a",
                                WEB
                                        + """
                                        ingress:
                                        - {}
                                        - from: [{namespaceSelector: {}}]
                                          ports: [{port: 80}, {port: 1000, endPort: 9999}]
                                        """)
                        .compile();

        assertThat(compiled.policies().values()).singleElement();
        assertThat(compiled.policies().values().iterator().next().rows()).hasSize(1);
    }

    @Test
    void shouldShareANumberAmongEndpointsWithTheSameRows() {
        final CompiledState compiled =
                new Desired()
                        .pod(1, "app=web", "pod=x")
                        .pod(2, "app=web", "pod=y")
                        .pod(3, "app=db")
                        .policy("a", "podSelector: {}\ningress: [{ports: [{port: 80}]}]")
                        .compile();

        assertThat(compiled.policies()).hasSize(1);
        assertThat(compiled.endpoints().values().stream().distinct()).hasSize(1);
        assertThat(compiled.identityByEndpoint().values().stream().distinct()).hasSize(3);
    }

    @Test
    void shouldNotMakeRowsForPoliciesWithoutAnEndpoint() {
        final CompiledState compiled =
                new Desired()
                        .pod(1, "app=web")
                        .policy(
                                Yaml.policy(
                                        "elsewhere",
                                        "a",
                                        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"))
                        .compile();

        assertThat(compiled.policies()).isEmpty();
        assertThat(compiled.cidrs()).isEmpty();
        assertThat(compiled.rules()).hasSize(1);
    }

    @Test
    void shouldSayInThePolicyWordWhichRowsThereCanBe() {
        final CompiledState compiled =
                shop().policy(
                                "a",
                                WEB
                                        + "ingress: [{ports: [{port: 80}, {port: 1024, endPort:"
                                        + " 2047}, {protocol: UDP}]}]")
                        .compile();
        final EndpointPolicy word = compiled.endpoints().get(1);

        assertThat(word.flags())
                .isEqualTo(
                        PolicyFlags.of(PolicyFlags.ISOLATED, INGRESS)
                                | PolicyFlags.of(PolicyFlags.ANY_PORTS, INGRESS)
                                | (1 << 16 | 1 << 6 | 1) << PolicyFlags.LENGTHS);
        assertThat(compiled.policies().get(word.policy()).rows()).hasSize(3);
    }

    @Test
    void shouldPointTheRootToThePrefixLengthsOfAPeerWhereThereAreMany() {
        final CompiledState compiled =
                shop().policy(
                                "a",
                                WEB
                                        + "ingress: [{ports: [{port: 80}, {port: 1024, endPort:"
                                        + " 2047}, {protocol: UDP}]}, {from: [{podSelector: {}}],"
                                        + " ports: [{port: 90, endPort: 91}]}]")
                        .compile();
        final EndpointPolicy word = compiled.endpoints().get(1);
        final CompiledPolicy policy = compiled.policies().get(word.policy());

        assertThat(word.flags() & PolicyFlags.ASK_ROOTS).isNotZero();
        assertThat(
                        policy.rows()
                                .get(PolicyKey.root(word.policy(), IdentityInfo.ANY, INGRESS))
                                .prefixLengths())
                .isEqualTo(1 << 16 | 1 << 6 | 1);
        assertThat(
                        policy.rows()
                                .get(
                                        PolicyKey.root(
                                                word.policy(),
                                                compiled.identityByEndpoint().get(2),
                                                INGRESS))
                                .prefixLengths())
                .isEqualTo(1 << 15);
    }

    @Test
    void shouldKeepThePolicyWordWhilePeersComeAndGo() {
        final String spec = WEB + "ingress: [{from: [{podSelector: {}}], ports: [{port: web}]}]";
        final CompiledState with = shop().policy("a", spec).compile();
        final CompiledState without = shop().gone(2).policy("a", spec).compile();

        assertThat(without.endpoints().get(1).flags()).isEqualTo(with.endpoints().get(1).flags());
    }

    /** Found by the property tests: the next wider row has not always the next shorter length. */
    @Test
    void shouldNotTakeTheRowOfAnotherPortForAWiderOne() {
        final Desired desired =
                shop().cluster(
                                "c",
                                """
                                tier: Baseline
                                priority: 2
                                subject: {namespaces: {}}
                                egress:
                                - action: Pass
                                  to: [{networks: [10.0.0.0/8]}]
                                  protocols:
                                  - udp: {destinationPort: {range: {start: 1023, end: 65535}}}
                                - action: Deny
                                  to: [{networks: [10.0.0.0/8]}]
                                """);

        assertThat(desired.reason(1, EGRESS, "10.9.9.9", UDP, 1022)).isEqualTo(Reason.DENY_RULE);
        assertThat(desired.reason(1, EGRESS, "10.9.9.9", UDP, 1023)).isEqualTo(Reason.NOT_ISOLATED);
        assertThat(desired.reason(1, EGRESS, "10.9.9.9", UDP, 1663)).isEqualTo(Reason.NOT_ISOLATED);
    }
}
