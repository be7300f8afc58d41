package dev.weir.controller.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyLintTest {
    private static final Surroundings HERE =
            new Surroundings(
                    Map.of("default", Map.of(), "shop", Map.of("team", "a")),
                    List.of(
                            new Surroundings.Pod(
                                    "default", Map.of("app", "web"), Set.of("TCP/http")),
                            new Surroundings.Pod("shop", Map.of("app", "cart"), Set.of())));

    private static ObjectNode object(final String namespace, final String spec) {
        try {
            final ObjectNode object = Json.object();
            object.put("apiVersion", "networking.k8s.io/v1").put("kind", "NetworkPolicy");
            object.putObject("metadata").put("name", "p").put("namespace", namespace);
            object.set("spec", Yaml.read(spec));
            return object;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<LintWarning> lint(final ObjectNode object, final Surroundings around) {
        final NetworkPolicy policy = NetworkPolicyParser.parse(object);
        return PolicyLint.of(policy, object, Optional.ofNullable(around));
    }

    /** Field and code of each warning, without anybody around. */
    private static List<String> lint(final String spec) {
        return lint(object("default", spec), null).stream().map(PolicyLintTest::brief).toList();
    }

    private static List<String> here(final String spec) {
        return lint(object("default", spec), HERE).stream().map(PolicyLintTest::brief).toList();
    }

    private static String brief(final LintWarning warning) {
        return warning.field() + " " + warning.code();
    }

    @Test
    void shouldFindNothingWrongWithWhatIsWellMeant() {
        assertThat(
                        here(
                                """
                                podSelector: {matchLabels: {app: web}}
                                policyTypes: [Ingress, Egress]
                                ingress:
                                - from: [{namespaceSelector: {matchLabels: {team: a}}}]
                                  ports: [{port: http}, {port: 8000, endPort: 8010}]
                                - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
                                egress:
                                - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
                                """))
                .isEmpty();
        assertThat(lint("podSelector: {}\npolicyTypes: [Egress]")).isEmpty();
    }

    @Test
    void shouldFindAPortThatLacksTheProtocolOfTheOthers() {
        assertThat(
                        lint(
                                "podSelector: {}\ningress: [{ports: [{port: 9, protocol: SCTP},"
                                        + " {port: 10}, {port: 11, protocol: SCTP}]}]"))
                .containsExactly("spec.ingress[0].ports[1] protocol-missing");
        assertThat(lint("podSelector: {}\ningress: [{ports: [{port: 9}, {port: 10}]}]")).isEmpty();
    }

    @Test
    void shouldFindEgressThatCannotResolveNames() {
        assertThat(lint("podSelector: {}\negress: [{ports: [{port: 443}]}]"))
                .containsExactly("spec.egress no-dns");
        assertThat(lint("podSelector: {}\negress: [{ports: [{protocol: UDP}]}]")).isEmpty();
        assertThat(lint("podSelector: {}\negress: [{to: [{podSelector: {}}]}]")).isEmpty();
    }

    @Test
    void shouldFindABlockThatIsExceptedWhole() {
        assertThat(
                        lint(
                                """
                                podSelector: {}
                                ingress:
                                - from:
                                  - ipBlock:
                                      cidr: 10.0.0.0/24
                                      except: [10.0.0.0/25, 10.0.0.192/26, 10.0.0.128/26]
                                  - ipBlock: {cidr: 10.2.0.0/24, except: [10.2.0.0/25]}
                                  - ipBlock: {cidr: 'fd00::/64', except: ['fd00::/65', 'fd00:0:0:0:8000::/65']}
                                """))
                .containsExactly(
                        "spec.ingress[0].from[0].ipBlock empty-block",
                        "spec.ingress[0].from[2].ipBlock empty-block");
    }

    @Test
    void shouldFindPeersThatCanNeverMatch() {
        assertThat(
                        lint(
                                """
                                podSelector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: DoesNotExist}]}
                                ingress:
                                - from:
                                  - podSelector: {matchExpressions: [{key: a, operator: In, values: [x]}, {key: a, operator: NotIn, values: [x]}]}
                                  - namespaceSelector: {matchExpressions: [{key: a, operator: Exists}, {key: a, operator: NotIn, values: [x]}]}
                                """))
                .containsExactly(
                        "spec.podSelector contradiction",
                        "spec.ingress[0].from[0].podSelector contradiction");
    }

    @Test
    void shouldFindWhatSelectsNobodyHere() {
        final String spec =
                """
                podSelector: {matchLabels: {app: wbe}}
                ingress:
                - from:
                  - podSelector: {matchLabels: {app: web}}
                  - podSelector: {matchLabels: {app: cart}}
                  - namespaceSelector: {matchLabels: {team: b}}
                  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}
                """;

        assertThat(lint(spec)).isEmpty();
        assertThat(here(spec))
                .containsExactly(
                        "spec.podSelector selects-nothing",
                        "spec.ingress[0].from[1] selects-nothing",
                        "spec.ingress[0].from[2].namespaceSelector no-such-namespace");
    }

    @Test
    void shouldFindAPortNameThatNobodyHas() {
        assertThat(here("podSelector: {}\ningress: [{ports: [{port: http}, {port: web}]}]"))
                .containsExactly("spec.ingress[0].ports[1].port unknown-port-name");
    }

    @Test
    void shouldFindRulesOfADirectionThatIsNoType() {
        assertThat(lint("podSelector: {}\npolicyTypes: [Ingress]\negress: [{}]"))
                .containsExactly("spec.egress type-missing");
        assertThat(lint("podSelector: {}\npolicyTypes: [Egress]\ningress: [{}]"))
                .containsExactly("spec.ingress type-missing");
    }

    @Test
    void shouldFindRulesPeersAndPortsThatAddNothing() {
        assertThat(
                        lint(
                                """
                                podSelector: {}
                                ingress:
                                - from: [{podSelector: {matchLabels: {a: b, c: d}}}]
                                  ports: [{port: 80}]
                                - from: [{podSelector: {matchLabels: {a: b}}}, {podSelector: {matchLabels: {e: f}}}]
                                  ports: [{port: 1, endPort: 90}]
                                - from: [{podSelector: {matchLabels: {e: f}}}, {podSelector: {matchLabels: {a: b}}}]
                                  ports: [{port: 1, endPort: 90}]
                                - from: [{ipBlock: {cidr: 10.0.0.0/8}}, {ipBlock: {cidr: 10.1.0.0/16}}]
                                - from: [{ipBlock: {cidr: 11.0.0.0/8}}]
                                  ports: [{port: 5}, {port: 5, endPort: 5}]
                                """))
                .containsExactly(
                        "spec.ingress[0] shadowed-rule",
                        "spec.ingress[2] duplicate-rule",
                        "spec.ingress[3].from[1] shadowed-peer",
                        "spec.ingress[4].ports[1].endPort range-of-one",
                        "spec.ingress[4].ports[1] shadowed-port");
    }

    @Test
    void shouldNotCallShadowedWhatAHoleLeavesOpen() {
        assertThat(
                        lint(
                                """
                                podSelector: {}
                                ingress:
                                - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
                                - from: [{ipBlock: {cidr: 10.1.2.0/24}}]
                                - from: [{ipBlock: {cidr: 10.0.0.0/15, except: [10.1.0.0/16]}}]
                                """))
                .containsExactly("spec.ingress[2] shadowed-rule");
    }

    @Test
    void shouldFindBitsRightOfAPrefixAndAuditAsALabel() {
        final ObjectNode object =
                object(
                        "default",
                        "podSelector: {}\n"
                                + "ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/24, except: [10.0.0.9/30]}}]}]");
        object.withObject("/metadata").putObject("labels").put("weir.dev/audit", "true");

        assertThat(lint(object, null))
                .containsExactly(
                        new LintWarning(
                                "metadata.labels[weir.dev/audit]",
                                "audit-label",
                                "is a label and does nothing; as an annotation it makes the policy"
                                        + " audit only"),
                        new LintWarning(
                                "spec.ingress[0].from[0].ipBlock.cidr",
                                "host-bits",
                                "10.0.0.1/24 is taken as 10.0.0.0/24"),
                        new LintWarning(
                                "spec.ingress[0].from[0].ipBlock.except[0]",
                                "host-bits",
                                "10.0.0.9/30 is taken as 10.0.0.8/30"));
    }

    @Test
    void shouldFindThatKubeSystemIsLockedOut() {
        assertThat(lint(object("kube-system", "podSelector: {}"), null))
                .extracting(LintWarning::code)
                .containsExactly("lockout");
        assertThat(lint(object("default", "podSelector: {}"), null)).isEmpty();
    }

    @Test
    void shouldFindAPolicyThatSaysWhatAnotherSays() {
        final ObjectNode object = object("default", "podSelector: {}\ningress: [{}]");
        final NetworkPolicy first = NetworkPolicyParser.parse(object);
        object.withObject("/metadata").put("name", "q");
        final NetworkPolicy second = NetworkPolicyParser.parse(object);

        assertThat(SetLint.duplicate(second, List.of(first)))
                .contains(
                        new LintWarning(
                                "spec", "duplicate-policy", "says the same as policy default/p"));
        assertThat(SetLint.duplicate(first, List.of(first))).isEmpty();
    }
}
