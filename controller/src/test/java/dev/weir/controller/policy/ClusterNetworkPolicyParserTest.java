package dev.weir.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.ClusterPolicyRule.Action;
import dev.weir.controller.policy.ClusterPolicySpec.Tier;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterNetworkPolicyParserTest {
    private static final String HEAD = "tier: Admin\npriority: 1\nsubject: {namespaces: {}}\n";

    private static List<Cause> causes(final JsonNode json) {
        return catchThrowableOfType(
                        InvalidObjectException.class, () -> ClusterNetworkPolicyParser.parse(json))
                .causes();
    }

    private static List<Cause> causesOfSpec(final String spec) {
        return causes(Yaml.read("metadata: {name: test}\nspec:\n" + spec.indent(2)));
    }

    private static List<Cause> causesOfEgress(final String rule) {
        return causesOfSpec(HEAD + "egress:\n- action: Deny\n" + rule.indent(2));
    }

    @Test
    void shouldReadEveryPartOfAPolicy() {
        final ClusterNetworkPolicy policy =
                Yaml.clusterPolicy(
                        "all",
                        """
                        tier: Baseline
                        priority: 1000
                        subject:
                          pods:
                            namespaceSelector: {matchLabels: {env: prod}}
                            podSelector: {matchLabels: {app: web}}
                        ingress:
                        - name: monitoring
                          action: Pass
                          from:
                          - namespaces: {matchLabels: {team: ops}}
                          - pods: {podSelector: {matchLabels: {app: client}}}
                          protocols:
                          - tcp: {destinationPort: {number: 80}}
                          - udp: {destinationPort: {range: {start: 8000, end: 8080}}}
                          - sctp: {destinationPort: {number: 9000}}
                          - destinationNamedPort: web
                        egress:
                        - action: Accept
                          to:
                          - networks: [10.0.0.0/8, 'fd00::/8']
                        """);

        assertThat(policy.key()).isEqualTo("all");
        assertThat(policy.audit()).isFalse();
        final ClusterPolicySpec spec = policy.spec();
        assertThat(spec.tier()).isEqualTo(Tier.BASELINE);
        assertThat(spec.priority()).isEqualTo(1000);
        assertThat(spec.subject()).isEqualTo(selector(Map.of("app", "web"), Map.of("env", "prod")));
        final ClusterPolicyRule ingress = spec.ingress().get(0);
        assertThat(ingress.name()).isEqualTo("monitoring");
        assertThat(ingress.action()).isEqualTo(Action.PASS);
        assertThat(ingress.peers())
                .containsExactly(
                        new SelectorPeer(
                                Optional.empty(),
                                Optional.of(new LabelSelector(Map.of("team", "ops"), List.of()))),
                        selector(Map.of("app", "client"), Map.of()));
        assertThat(ingress.ports())
                .containsExactly(
                        PolicyPort.range(Protocol.TCP, 80, 80),
                        PolicyPort.range(Protocol.UDP, 8000, 8080),
                        PolicyPort.range(Protocol.SCTP, 9000, 9000),
                        PolicyPort.named(Protocol.TCP, "web"),
                        PolicyPort.named(Protocol.UDP, "web"),
                        PolicyPort.named(Protocol.SCTP, "web"));
        assertThat(spec.egress().get(0).action()).isEqualTo(Action.ACCEPT);
        assertThat(spec.egress().get(0).peers())
                .containsExactly(block("10.0.0.0/8"), block("fd00::/8"));
    }

    private static SelectorPeer selector(
            final Map<String, String> pods, final Map<String, String> namespaces) {
        return new SelectorPeer(
                Optional.of(new LabelSelector(pods, List.of())),
                Optional.of(new LabelSelector(namespaces, List.of())));
    }

    private static BlockPeer block(final String cidr) {
        return new BlockPeer(new IpBlock(IpPrefix.parse(cidr), List.of()));
    }

    @Test
    void shouldKeepTheObjectAsItWasSentButForItsStatus() {
        final JsonNode json =
                Yaml.read(
                        "{metadata: {name: a}, spec: {tier: Admin, priority: 0, subject: {pods:"
                                + " {podSelector: {}}}}, status: {conditions: []}}");

        final JsonNode stored = ClusterNetworkPolicyParser.parse(json).json();

        assertThat(stored)
                .isEqualTo(
                        Yaml.read(
                                "{metadata: {name: a}, spec: {tier: Admin, priority: 0, subject:"
                                        + " {pods: {podSelector: {}}}}, apiVersion:"
                                        + " policy.networking.k8s.io/v1alpha2, kind:"
                                        + " ClusterNetworkPolicy}"));
    }

    @Test
    void shouldReportEverythingAtOnce() {
        assertThat(causes(Yaml.read("{metadata: {name: A, namespace: x}, spec: {}, foo: 1}")))
                .extracting(Cause::field, Cause::reason)
                .containsExactlyInAnyOrder(
                        tuple("metadata.name", "FieldValueInvalid"),
                        tuple("metadata.namespace", "FieldValueForbidden"),
                        tuple("spec.tier", "FieldValueRequired"),
                        tuple("spec.priority", "FieldValueRequired"),
                        tuple("spec.subject", "FieldValueRequired"),
                        tuple("foo", "FieldValueUnknown"));
        assertThat(causes(Yaml.read("{metadata: {name: a}}")))
                .extracting(Cause::toString)
                .containsExactly("spec: Required value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tier: Top|spec.tier: Unsupported value: \"Top\": supported values: \"Admin\","
                        + " \"Baseline\"",
                "priority: -1|spec.priority: Invalid value: -1: spec.priority in body should be"
                        + " greater than or equal to 0",
                "priority: 1001|spec.priority: Invalid value: 1001: spec.priority in body should"
                        + " be less than or equal to 1000",
                "priority: '1'|spec.priority: Invalid value: \"1\": must be an integer",
                "subject: {}|spec.subject: Invalid value: 0: spec.subject in body should have at"
                        + " least 1 properties",
                "subject: {namespaces: {}, pods: {podSelector: {}}}|spec.subject: Too many: 2:"
                        + " must have at most 1 items",
                "subject: {pods: {}}|spec.subject.pods.podSelector: Required value",
            })
    void shouldRefuseAHeadThatTheSchemaRefuses(final String field, final String problem) {
        final StringBuilder spec = new StringBuilder(field).append('\n');
        for (final String line : HEAD.split("\n")) {
            if (!line.split(":")[0].equals(field.split(":")[0])) {
                spec.append(line).append('\n');
            }
        }
        assertThat(causesOfSpec(spec.toString()))
                .extracting(Cause::toString)
                .containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocols: []|protocols: Invalid value: 0: spec.egress[0].protocols in body"
                        + " should have at least 1 items",
                "protocols: [{}]|protocols[0]: Invalid value: 0: spec.egress[0].protocols[0] in"
                        + " body should have at least 1 properties",
                "protocols: [{tcp: {}}]|protocols[0].tcp: Invalid value: 0:"
                        + " spec.egress[0].protocols[0].tcp in body should have at least 1"
                        + " properties",
                "protocols: [{tcp: {destinationPort: {}}}]|protocols[0].tcp.destinationPort:"
                        + " Invalid value: 0: spec.egress[0].protocols[0].tcp.destinationPort in"
                        + " body should have at least 1 properties",
                "protocols: [{tcp: {destinationPort: {number: 0}}}]"
                        + "|protocols[0].tcp.destinationPort.number: Invalid value: 0:"
                        + " spec.egress[0].protocols[0].tcp.destinationPort.number in body should"
                        + " be greater than or equal to 1",
                "protocols: [{udp: {destinationPort: {range: {start: 5, end: 5}}}}]"
                        + "|protocols[0].udp.destinationPort.range: Invalid value: \"object\":"
                        + " Start port must be less than End port",
                "protocols: [{udp: {destinationPort: {range: {start: 5}}}}]"
                        + "|protocols[0].udp.destinationPort.range.end: Required value",
                "protocols: [{udp: {destinationPort: {number: 1, range: {start: 1, end: 2}}}}]"
                        + "|protocols[0].udp.destinationPort: Too many: 2: must have at most 1"
                        + " items",
                "protocols: [{destinationNamedPort: a, udp: {destinationPort: {number: 1}}}]"
                        + "|protocols[0]: Too many: 2: must have at most 1 items",
                "protocols: [{icmp: {}}]|protocols[0].icmp: unknown field",
            })
    void shouldRefuseProtocolsThatTheSchemaRefuses(final String field, final String problem) {
        assertThat(causesOfEgress("to: [{namespaces: {}}]\n" + field))
                .extracting(Cause::toString)
                .anySatisfy(text -> assertThat(text).startsWith("spec.egress[0]." + problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to: []|.to: Invalid value: 0: spec.egress[0].to in body should have at least 1"
                        + " items",
                "name: x|.to: Required value",
                "to: [{}]|.to[0]: Invalid value: 0: spec.egress[0].to[0] in body should have at"
                        + " least 1 properties",
                "to: [{networks: []}]|.to[0].networks: Invalid value: 0:"
                        + " spec.egress[0].to[0].networks in body should have at least 1 items",
                "to: [{networks: [10.0.0.0]}]|.to[0].networks[0]: Invalid value: \"10.0.0.0\":"
                        + " Invalid CIDR format provided",
                "to: [{networks: ['::ffff:1.2.3.4/120']}]|.to[0].networks[0]: Invalid value:"
                        + " \"::ffff:1.2.3.4/120\": Invalid CIDR format provided",
                "to: [{networks: [1.0.0.0/8, 1.0.0.0/8]}]|.to[0].networks[1]: Duplicate value:"
                        + " \"1.0.0.0/8\"",
                "to: [{networks: [1.0.0.0/8], namespaces: {}}]|.to[0]: Too many: 2: must have at"
                        + " most 1 items",
                "to: [{nodes: {}}]|.to[0].nodes: Forbidden: nodes peers are not enforced",
                "to: [{domainNames: [a.b]}]|.to[0].domainNames: Forbidden: domainNames peers are"
                        + " not enforced",
                "{to: [{networks: [1.0.0.0/8]}], protocols: [{destinationNamedPort: web}]}|:"
                        + " Invalid value: \"object\": networks/nodes/domainNames peer cannot be"
                        + " set with namedPorts",
            })
    void shouldRefusePeersThatTheSchemaRefusesOrNobodyEnforces(
            final String fields, final String problem) {
        final String rule =
                fields.startsWith("{") ? fields.substring(1, fields.length() - 1) : fields;
        assertThat(
                        causes(
                                Yaml.read(
                                        "{metadata: {name: a}, spec: {tier: Admin, priority: 1,"
                                                + " subject: {namespaces: {}}, egress: [{action: Deny, "
                                                + rule
                                                + "}]}}")))
                .extracting(Cause::toString)
                .singleElement()
                .satisfies(text -> assertThat(text).startsWith("spec.egress[0]" + problem));
    }

    @Test
    void shouldRefuseAPeerOfAKindItDoesNotKnowAsNoPeerAtAll() {
        assertThat(causesOfSpec(HEAD + "ingress: [{action: Accept, from: [{moons: {}}]}]"))
                .extracting(Cause::field, Cause::reason)
                .containsExactlyInAnyOrder(
                        tuple("spec.ingress[0].from[0].moons", "FieldValueUnknown"),
                        tuple("spec.ingress[0].from[0]", "FieldValueInvalid"));
        assertThat(
                        causesOfSpec(
                                HEAD
                                        + "ingress: [{action: Deny, from: [{networks: [1.0.0.0/8]}]}]"))
                .extracting(Cause::field)
                .contains("spec.ingress[0].from[0].networks");
    }

    @Test
    void shouldHoldTheLimitOf25OfEverything() {
        final String peers = "{namespaces: {}}, ".repeat(24) + "{namespaces: {}}";
        final String ports = "{destinationNamedPort: a}, ".repeat(24) + "{destinationNamedPort: a}";
        final String rule = "{action: Deny, from: [" + peers + "], protocols: [" + ports + "]}";
        final String rules = (rule + ", ").repeat(24) + rule;
        assertThat(Yaml.clusterPolicy("most", HEAD + "ingress: [" + rules + "]").spec().ingress())
                .hasSize(25);

        assertThat(
                        causesOfSpec(
                                HEAD
                                        + "ingress: [{action: Deny, from: ["
                                        + peers
                                        + ", {namespaces: {}}], protocols: ["
                                        + ports
                                        + ", {destinationNamedPort: a}]}"
                                        + (", " + rule).repeat(25)
                                        + "]"))
                .extracting(Cause::toString)
                .containsExactlyInAnyOrder(
                        "spec.ingress: Too many: 26: must have at most 25 items",
                        "spec.ingress[0].from: Too many: 26: must have at most 25 items",
                        "spec.ingress[0].protocols: Too many: 26: must have at most 25 items");
        assertThat(causesOfEgress("to: [{networks: [" + networks(26) + "]}]"))
                .extracting(Cause::toString)
                .containsExactly(
                        "spec.egress[0].to[0].networks: Too many: 26: must have at most 25 items");
    }

    private static String networks(final int count) {
        final StringBuilder text = new StringBuilder("1.0.0.0/8");
        for (int i = 1; i < count; i++) {
            text.append(", 10.").append(i).append(".0.0/16");
        }
        return text.toString();
    }

    @Test
    void shouldRefuseANameOfARuleOver100CharactersAndAnActionThatIsNone() {
        assertThat(
                        causesOfSpec(
                                HEAD
                                        + "ingress: [{name: "
                                        + "n".repeat(101)
                                        + ", action: Log, from: [{namespaces: {}}]}]"))
                .extracting(Cause::toString)
                .containsExactly(
                        "spec.ingress[0].name: Too long: may not be more than 100 bytes",
                        "spec.ingress[0].action: Unsupported value: \"Log\": supported values:"
                                + " \"Accept\", \"Deny\", \"Pass\"");
    }
}
