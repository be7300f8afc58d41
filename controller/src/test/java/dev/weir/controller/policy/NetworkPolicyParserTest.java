package dev.weir.controller.policy;

import static dev.weir.controller.policy.Yaml.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.controller.identity.IpBlock;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyParserTest {
    private static List<Cause> causes(final JsonNode json) {
        return catchThrowableOfType(
                        InvalidObjectException.class, () -> NetworkPolicyParser.parse(json))
                .causes();
    }

    private static List<Cause> causesOfSpec(final String spec) {
        return causes(Yaml.read("metadata: {name: test}\nspec:\n" + spec.indent(2)));
    }

    @Test
    void shouldReadEveryPartOfAPolicy() {
        final NetworkPolicy policy =
                policy(
                        """
                        podSelector:
                          matchLabels: {app: web}
                          matchExpressions:
                          - {key: tier, operator: In, values: [a, b]}
                        policyTypes: [Ingress, Egress]
                        ingress:
                        - from:
                          - podSelector: {matchLabels: {app: client}}
                            namespaceSelector: {}
                          - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
                          ports:
                          - {port: 80}
                          - {port: 8000, endPort: 8080, protocol: UDP}
                          - {port: web, protocol: SCTP}
                          - {protocol: UDP}
                        egress:
                        - to:
                          - namespaceSelector:
                              matchExpressions: [{key: env, operator: Exists}]
                        """);

        assertThat(policy.key()).isEqualTo("default/test");
        assertThat(policy.audit()).isFalse();
        final PolicySpec spec = policy.spec();
        assertThat(spec.podSelector().matches(Map.of("app", "web", "tier", "b"))).isTrue();
        assertThat(spec.podSelector().matches(Map.of("app", "web", "tier", "c"))).isFalse();
        assertThat(spec.policyTypes())
                .containsExactlyInAnyOrder(Direction.INGRESS, Direction.EGRESS);
        assertThat(spec.ingress().get(0).peers())
                .containsExactly(
                        new SelectorPeer(
                                Optional.of(new LabelSelector(Map.of("app", "client"), List.of())),
                                Optional.of(LabelSelector.EVERYTHING)),
                        new BlockPeer(
                                new IpBlock(
                                        IpPrefix.parse("10.0.0.0/8"),
                                        List.of(IpPrefix.parse("10.1.0.0/16")))));
        assertThat(spec.ingress().get(0).ports())
                .containsExactly(
                        PolicyPort.range(Protocol.TCP, 80, 80),
                        PolicyPort.range(Protocol.UDP, 8000, 8080),
                        PolicyPort.named(Protocol.SCTP, "web"),
                        PolicyPort.any(Protocol.UDP));
        assertThat(spec.egress().get(0).peers())
                .containsExactly(
                        new SelectorPeer(
                                Optional.empty(),
                                Optional.of(
                                        new LabelSelector(
                                                Map.of(),
                                                List.of(
                                                        new LabelRequirement(
                                                                "env",
                                                                LabelRequirement.Operator.EXISTS,
                                                                Set.of()))))));
    }

    @Test
    void shouldTellAllProblemsAtOnceWithTheirFields() {
        final List<Cause> causes =
                causes(
                        Yaml.read(
                                """
                                apiVersion: networking.k8s.io/v1beta1
                                kind: NetworkPolicy
                                metadata: {name: Not_Good, labels: {a/b/c: x}, colour: red}
                                spec:
                                  podSelector: {matchLabels: {app: '-'}}
                                  policyTypes: [Ingres]
                                  ingres: []
                                  ingress:
                                  - from:
                                    - {}
                                    - ipBlock: {cidr: 10.0.0.0/33}
                                      podSelector: {}
                                    ports:
                                    - {port: 80}
                                    - {port: 0, protocol: ICMP}
                                    - {port: 90, endPort: 80}
                                """));

        assertThat(causes)
                .extracting(Cause::field, Cause::reason)
                .containsExactlyInAnyOrder(
                        tuple("apiVersion", "FieldValueNotSupported"),
                        tuple("metadata.name", "FieldValueInvalid"),
                        tuple("metadata.labels[a/b/c]", "FieldValueInvalid"),
                        tuple("metadata.colour", "FieldValueUnknown"),
                        tuple("spec.podSelector.matchLabels[app]", "FieldValueInvalid"),
                        tuple("spec.policyTypes[0]", "FieldValueNotSupported"),
                        tuple("spec.ingres", "FieldValueUnknown"),
                        tuple("spec.ingress[0].from[0]", "FieldValueRequired"),
                        tuple("spec.ingress[0].from[1]", "FieldValueForbidden"),
                        tuple("spec.ingress[0].from[1].ipBlock.cidr", "FieldValueInvalid"),
                        tuple("spec.ingress[0].ports[1].port", "FieldValueInvalid"),
                        tuple("spec.ingress[0].ports[1].protocol", "FieldValueNotSupported"),
                        tuple("spec.ingress[0].ports[2].endPort", "FieldValueInvalid"));
        assertThat(causes)
                .contains(
                        new Cause(
                                "spec.ingress[0].ports[1].port",
                                "FieldValueInvalid",
                                "Invalid value: 0: must be between 1 and 65535, inclusive"),
                        new Cause(
                                "spec.ingress[0].ports[1].protocol",
                                "FieldValueNotSupported",
                                "Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\","
                                        + " \"UDP\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    podSelector: []                              | spec.podSelector
                    podSelector: {matchLabels: {app: 1}}         | spec.podSelector.matchLabels[app]
                    podSelector: {matchLabels: [app]}            | spec.podSelector.matchLabels
                    ingress: {}                                  | spec.ingress
                    ingress: [null]                              | spec.ingress[0]
                    ingress: [allow]                             | spec.ingress[0]
                    ingress: [{from: {}}]                        | spec.ingress[0].from
                    ingress: [{ports: [80]}]                     | spec.ingress[0].ports[0]
                    ingress: [{ports: [{port: 80.5}]}]           | spec.ingress[0].ports[0].port
                    ingress: [{ports: [{port: true}]}]           | spec.ingress[0].ports[0].port
                    ingress: [{ports: [{port: 1, endPort: '2'}]}]| spec.ingress[0].ports[0].endPort
                    policyTypes: Ingress                         | spec.policyTypes
                    policyTypes: [1]                             | spec.policyTypes[0]
                    egress: [{to: [{ipBlock: {cidr: 1}}]}]       | spec.egress[0].to[0].ipBlock.cidr
                    """)
    void shouldNameTheFieldThatHasTheWrongType(final String spec, final String field) {
        assertThat(causesOfSpec(spec))
                .filteredOn(cause -> cause.reason().equals("FieldValueTypeInvalid"))
                .extracting(Cause::field)
                .containsExactly(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {port: 65536}                      | port     | must be between 1 and 65535
                    {port: -1}                         | port     | must be between 1 and 65535
                    {port: 4294967376}                 | port     | must be between 1 and 65535
                    {port: 80, endPort: 70000}         | endPort  | must be between 1 and 65535
                    {endPort: 80}                      | endPort  | may not be specified when `port` is not
                    {port: web, endPort: 80}           | endPort  | may not be specified when `port` is non-numeric
                    {port: '80'}                       | port     | must contain at least one letter
                    {port: UP}                         | port     | must contain only alpha-numeric
                    {port: a--b}                       | port     | must not contain consecutive hyphens
                    {port: -a}                         | port     | must not begin or end with a hyphen
                    {port: ''}                         | port     | must contain
                    {port: a-name-too-long-x}          | port     | must be no more than 15 characters
                    {protocol: tcp}                    | protocol | supported values
                    {port: 80, portt: 80}              | portt    | unknown field
                    """)
    void shouldRefuseAnImpossiblePort(final String port, final String field, final String message) {
        assertThat(causesOfSpec("ingress: [{ports: [" + port + "]}]"))
                .anySatisfy(
                        cause -> {
                            assertThat(cause.field())
                                    .isEqualTo("spec.ingress[0].ports[0]." + field);
                            assertThat(cause.message()).contains(message);
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0/8",
                "010.0.0.0/8",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "::ffff:10.0.0.0/104",
                "::ffff:10.0.0.0/8",
                "fd00::/129",
                "fd00::g/64",
                "localhost/8",
                "/8",
                "10.0.0.0/\u0668"
            })
    void shouldRefuseAnImpossibleCidr(final String cidr) {
        assertThat(causesOfSpec("egress: [{to: [{ipBlock: {cidr: '" + cidr + "'}}]}]"))
                .extracting(Cause::field, Cause::reason)
                .containsExactly(tuple("spec.egress[0].to[0].ipBlock.cidr", "FieldValueInvalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "11.0.0.0/16", "fd00::/64", "10.0.0.1"})
    void shouldRefuseAHoleThatIsNotStrictlyInside(final String hole) {
        assertThat(
                        causesOfSpec(
                                "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ['"
                                        + hole
                                        + "']}}]}]"))
                .extracting(Cause::field, Cause::reason)
                .containsExactly(
                        tuple("spec.ingress[0].from[0].ipBlock.except[0]", "FieldValueInvalid"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {key: a, operator: In}                        | values    | FieldValueRequired
                    {key: a, operator: NotIn, values: []}         | values    | FieldValueRequired
                    {key: a, operator: Exists, values: [x]}       | values    | FieldValueForbidden
                    {key: a, operator: DoesNotExist, values: [x]} | values    | FieldValueForbidden
                    {key: a, operator: Equals, values: [x]}       | operator  | FieldValueInvalid
                    {key: a}                                      | operator  | FieldValueInvalid
                    {key: a, operator: In, values: ['x y']}       | values[0] | FieldValueInvalid
                    {key: a, operator: In, values: [1]}           | values[0] | FieldValueTypeInvalid
                    {operator: Exists}                            | key       | FieldValueInvalid
                    {key: -/a, operator: Exists}                  | key       | FieldValueInvalid
                    {key: a, operator: Exists, value: x}          | value     | FieldValueUnknown
                    """)
    void shouldRefuseAnImpossibleExpression(
            final String expression, final String field, final String reason) {
        assertThat(causesOfSpec("podSelector: {matchExpressions: [" + expression + "]}"))
                .extracting(Cause::field, Cause::reason)
                .contains(tuple("spec.podSelector.matchExpressions[0]." + field, reason));
    }

    @Test
    void shouldIsolateForIngressAloneWhenNothingElseIsSaid() {
        assertThat(policy("podSelector: {}").spec().policyTypes())
                .containsExactly(Direction.INGRESS);
        assertThat(policy("egress: []").spec().policyTypes()).containsExactly(Direction.INGRESS);
        assertThat(policy("policyTypes: []").spec().policyTypes())
                .containsExactly(Direction.INGRESS);
    }

    @Test
    void shouldIsolateForEgressTooWhenThereAreEgressRules() {
        assertThat(policy("egress: [{}]").spec().policyTypes())
                .containsExactlyInAnyOrder(Direction.INGRESS, Direction.EGRESS);
        assertThat(policy("policyTypes: [Egress]").spec().policyTypes())
                .containsExactly(Direction.EGRESS);
    }

    @Test
    void shouldTakeAbsentNullAndEmptyPeersAndPortsForAll() {
        for (final String rule :
                List.of("{}", "{from: [], ports: []}", "{from: null, ports: null}")) {
            assertThat(policy("ingress: [" + rule + "]").spec().ingress())
                    .containsExactly(new PolicyRule(List.of(), List.of()));
        }
    }

    @Test
    void shouldTellAnEmptySelectorFromAnAbsentOne() {
        final List<PolicyPeer> peers =
                policy("ingress: [{from: [{podSelector: {}, namespaceSelector: null}]}]")
                        .spec()
                        .ingress()
                        .get(0)
                        .peers();

        assertThat(peers)
                .containsExactly(
                        new SelectorPeer(Optional.of(LabelSelector.EVERYTHING), Optional.empty()));
    }

    @Test
    void shouldSelectEveryPodOfTheNamespaceWithoutASpec() {
        final NetworkPolicy policy = NetworkPolicyParser.parse(Yaml.read("metadata: {name: a}"));

        assertThat(policy.spec().podSelector()).isEqualTo(LabelSelector.EVERYTHING);
        assertThat(policy.spec().policyTypes()).containsExactly(Direction.INGRESS);
    }

    @Test
    void shouldReturnTheObjectWithKubernetesDefaults() {
        final JsonNode sent =
                Yaml.read(
                        """
                        metadata: {name: a, creationTimestamp: null}
                        spec: {ingress: [{ports: [{port: 80}]}], egress: [{}]}
                        """);
        final JsonNode before = sent.deepCopy();
        final JsonNode stored = NetworkPolicyParser.parse(sent, "shop").json();

        assertThat(stored)
                .isEqualTo(
                        Yaml.read(
                                """
                                metadata: {name: a, namespace: shop}
                                spec:
                                  ingress: [{ports: [{port: 80, protocol: TCP}]}]
                                  egress: [{}]
                                  podSelector: {}
                                  policyTypes: [Ingress, Egress]
                                apiVersion: networking.k8s.io/v1
                                kind: NetworkPolicy
                                """));
        assertThat(sent).isEqualTo(before);
    }

    @Test
    void shouldRefuseANamespaceOtherThanTheRequests() {
        final JsonNode json = Yaml.read("metadata: {name: a, namespace: data}");

        assertThat(
                        catchThrowableOfType(
                                        InvalidObjectException.class,
                                        () -> NetworkPolicyParser.parse(json, "shop"))
                                .causes())
                .extracting(Cause::field)
                .containsExactly("metadata.namespace");
        assertThat(NetworkPolicyParser.parse(json).meta().namespace()).isEqualTo("data");
    }

    @Test
    void shouldAuditOnlyByAClearAnnotation() {
        assertThat(Yaml.audited("a", "podSelector: {}").audit()).isTrue();
        assertThat(
                        causes(
                                Yaml.read(
                                        "metadata: {name: a, annotations: {weir.dev/audit:"
                                                + " 'yes'}}")))
                .extracting(Cause::field, Cause::reason)
                .containsExactly(
                        tuple("metadata.annotations[weir.dev/audit]", "FieldValueNotSupported"));
    }

    @Test
    void shouldTakeTheMetadataThatKubernetesReturns() {
        final NetworkPolicy policy =
                NetworkPolicyParser.parse(
                        Yaml.read(
                                """
                                metadata:
                                  name: a
                                  uid: 0d4c
                                  resourceVersion: '12'
                                  generation: 3
                                  creationTimestamp: '2026-11-22T12:00:00Z'
                                  annotations: {Example.com/Note: any text}
                                  labels: {app: web}
                                  finalizers: [a/b]
                                  managedFields: [{manager: kubectl}]
                                  ownerReferences: []
                                """));

        assertThat(policy.meta())
                .isEqualTo(
                        new ObjectMeta(
                                "a",
                                "default",
                                "0d4c",
                                "12",
                                Map.of("app", "web"),
                                Map.of("Example.com/Note", "any text")));
    }

    @Test
    void shouldRefuseWhatIsNoObject() {
        assertThat(causes(JsonNodeFactory.instance.arrayNode()))
                .extracting(Cause::reason)
                .contains("FieldValueTypeInvalid");
        assertThat(causes(JsonNodeFactory.instance.objectNode()))
                .extracting(Cause::field, Cause::reason)
                .containsExactly(tuple("metadata.name", "FieldValueRequired"));
        assertThat(causes(Yaml.read("status: {}\nmetadata: {name: a}")))
                .extracting(Cause::field)
                .containsExactly("status");
    }

    @Test
    void shouldRefuseMoreThanTwoPolicyTypes() {
        assertThat(causesOfSpec("policyTypes: [Ingress, Egress, Ingress]"))
                .extracting(Cause::field)
                .containsExactly("spec.policyTypes");
    }

    @Test
    void shouldNameEveryProblemInTheMessage() {
        assertThat(
                        catchThrowableOfType(
                                InvalidObjectException.class,
                                () ->
                                        NetworkPolicyParser.parse(
                                                Yaml.read("metadata: {name: a}\nspec: {foo: 1}"))))
                .hasMessage(
                        "spec.foo: unknown field \"spec.foo\" (expected: one of egress, ingress,"
                                + " podSelector, policyTypes)");
    }
}
