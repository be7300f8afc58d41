package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyCommandTest extends CliContract {
    private static final String IN_DEFAULT =
            "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";

    private static String policy(final String name, final String spec) {
        return "{\"apiVersion\":\"networking.k8s.io/v1\",\"kind\":\"NetworkPolicy\",\"metadata\":"
                + "{\"name\":\""
                + name
                + "\",\"namespace\":\"default\",\"resourceVersion\":\"7\"},\"spec\":"
                + spec
                + "}";
    }

    @Test
    void shouldCreateReplaceAndLeaveAsKubectlSays() throws IOException {
        final Path file =
                file(
                        "all.yaml",
                        """
                        kind: NetworkPolicy
                        metadata: {name: new}
                        spec: {podSelector: {}}
                        ---
                        # nothing here
                        ---
                        kind: List
                        items:
                          - kind: NetworkPolicy
                            metadata: {name: same, namespace: default}
                            spec: {podSelector: {}}
                          - kind: NetworkPolicy
                            metadata: {name: other, namespace: default}
                            spec: {podSelector: {}, policyTypes: [Ingress]}
                          - kind: Namespace
                            metadata: {name: shop, labels: {team: a}}
                        """);
        agent.on(
                "POST /v1/apply",
                200,
                """
                {"items":[{"outcome":"created","object":{}},{"outcome":"unchanged","object":{}},
                {"outcome":"configured","object":{}},{"outcome":"configured","object":{}}],
                "revision":7}""");

        final Outcome outcome = weir("policy", "apply", "-f", file.toString());

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .isEqualTo(
                        """
                        networkpolicy/default/new created
                        networkpolicy/default/same unchanged
                        networkpolicy/default/other configured
                        namespace/shop configured
                        """);
        assertThat(agent.requests()).hasSize(1);
        assertThat(agent.requests().get(0))
                .startsWith(
                        "POST /v1/apply application/json {\"apiVersion\":\"v1\",\"kind\":\"List\","
                                + "\"items\":[{\"kind\":\"NetworkPolicy\",\"metadata\":"
                                + "{\"name\":\"new\",\"namespace\":\"default\"},");
    }

    @Test
    void shouldSayOfEachObjectWhyNoneWasApplied() throws IOException {
        final Path file = file("p.json", policy("good", "{}") + "\n" + policy("bad", "{\"x\":1}"));
        agent.on(
                "POST /v1/apply",
                422,
                """
                {"kind":"Status","code":422,"message":"List is invalid: items[1].spec.x: ...",\
                "details":{"causes":[{"field":"items[1].spec.x","message":"no such field"},\
                {"field":"items[1]","message":"too large"}]}}""");

        final Outcome outcome = weir("policy", "apply", "-f", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo(
                        """
                        weir: networkpolicy/default/bad: spec.x: no such field
                        weir: networkpolicy/default/bad: too large
                        weir: none of the 2 objects was applied
                        """);
    }

    @Test
    void shouldPrintWhatTheAgentWarnsOfByObject() throws IOException {
        final Path file = file("p.json", policy("good", "{}") + "\n" + policy("odd", "{}"));
        agent.raw(
                "POST /v1/apply",
                """
                HTTP/1.1 200 OK
                Warning: 299 - "items[1].spec.egress: no \\"DNS\\" \\\\ here"
                Warning: 299 - "7 more warnings"
                Content-Length: 2

                {}""");

        final Outcome outcome = weir("policy", "apply", "-f", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(Cli.DONE);
        assertThat(outcome.err())
                .isEqualTo(
                        """
                        weir: warning: networkpolicy/default/odd: spec.egress: no "DNS" \\ here
                        weir: warning: 7 more warnings
                        """);
    }

    @Test
    void shouldSendNothingWhenOneDocumentIsWrong() throws IOException {
        final Path file =
                file(
                        "two.yaml",
                        "kind: NetworkPolicy\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b}\n");

        final Outcome outcome = weir("policy", "apply", "-f", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.err())
                .isEqualTo(
                        "weir: "
                                + file
                                + "[1]: kind: Pod (expected: NetworkPolicy, ClusterNetworkPolicy,"
                                + " Namespace or List)\n");
        assertThat(agent.requests()).isEmpty();
    }

    @Test
    void shouldSayWhereAFileIsMalformed() throws IOException {
        final Path yaml = file("bad.yaml", "kind: NetworkPolicy\nmetadata: {name: [}\n");
        final Path json = file("bad.json", "{\"kind\": }");
        final Path twice = file("twice.yaml", "kind: A\nkind: B\n");

        assertThat(weir("policy", "apply", "-f", yaml.toString()).err())
                .startsWith("weir: " + yaml + ": line 2, column ");
        assertThat(weir("policy", "apply", "-f", json.toString()).err())
                .startsWith("weir: " + json + ": line 1, column 1");
        assertThat(weir("policy", "apply", "-f", twice.toString()).err())
                .isEqualTo("weir: " + twice + ": line 2, column 1: key kind comes twice\n");
        assertThat(weir("policy", "apply", "-f", folder + "/gone").err())
                .isEqualTo("weir: " + folder + "/gone: no such file\n");
        assertThat(weir("policy", "apply", "-f", file("empty.yaml", "---\n").toString()).err())
                .contains("empty (expected: JSON or YAML objects)");
    }

    @Test
    void shouldGetPoliciesOfOneOrAllNamespaces() {
        final String web =
                policy(
                        "web",
                        "{\"podSelector\":{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":"
                                + "[{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"a\",\"b\"]}]},"
                                + "\"policyTypes\":[\"Ingress\",\"Egress\"]}");
        agent.on("GET " + IN_DEFAULT, 200, "{\"items\":[]}");
        agent.on(
                "GET /apis/networking.k8s.io/v1/networkpolicies", 200, "{\"items\":[" + web + "]}");
        agent.on("GET " + IN_DEFAULT + "/web", 200, web);

        assertThat(weir("policy", "get").out()).isEqualTo("no policies in namespace default\n");
        final String table =
                """
                NAMESPACE   NAME   POD-SELECTOR            TYPES
                default     web    app=web,tier in (a,b)   Ingress,Egress
                """;
        assertThat(weir("policy", "get", "-A").out()).isEqualTo(table);
        assertThat(weir("policy", "get", "web").out()).isEqualTo(table);
        assertThat(weir("policy", "get", "web", "-A").exitCode()).isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldShowWhatEachRuleDecidedInTheWideTable() {
        agent.on(
                "GET " + IN_DEFAULT + "/web",
                200,
                policy(
                        "web",
                        "{\"podSelector\":{},\"policyTypes\":[\"Ingress\"],\"ingress\":[{}]}"));
        agent.on(
                "GET /v1/rules?kind=NetworkPolicy&namespace=default&policy=web",
                200,
                """
                {"items":[{"namespace":"default","policy":"web","rule":"ingress[0]","words":"from \
                anyone","verdict":"allowed","packets":7,"bytes":700,"lastHit":"2026-11-22T12:00:00Z"}]}""");

        assertThat(weir("policy", "get", "web", "-o", "wide").out())
                .isEqualTo(
                        """
                        NAMESPACE   NAME   POD-SELECTOR   TYPES     INGRESS   EGRESS    VERSION   CREATED
                        default     web    <all>          Ingress   1 rules   0 rules   7         -

                        POLICY        RULE         SAYS          VERDICT   PACKETS   BYTES   LAST-HIT
                        default/web   ingress[0]   from anyone   allowed   7         700     2026-11-22T12:00:00Z
                        """);
    }

    @Test
    void shouldShowClusterPoliciesAndWhatTheirRulesDecided() {
        agent.on(
                "GET /apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
                200,
                """
                {"items":[{"metadata":{"name":"strict"},"spec":{"tier":"Admin","priority":5,
                 "subject":{"pods":{"podSelector":{"matchLabels":{"app":"web"}},
                  "namespaceSelector":{}}},"ingress":[{}]}}]}""");
        agent.on(
                "GET /v1/rules?kind=ClusterNetworkPolicy",
                200,
                """
                {"items":[{"policy":"strict","rule":"ingress[0]","words":"Deny from anyone",
                 "verdict":"denied","packets":7,"bytes":700}]}""");

        assertThat(weir("policy", "get", "--cluster", "-o", "wide").out())
                .isEqualTo(
                        """
                        NAME     TIER    PRIORITY   SUBJECT                 INGRESS   EGRESS
                        strict   Admin   5          pods app=web in <all>   1 rules   0 rules

                        POLICY   RULE         SAYS               VERDICT   PACKETS   BYTES   LAST-HIT
                        strict   ingress[0]   Deny from anyone   denied    7         700     -
                        """);
        assertThat(weir("policy", "get", "--cluster", "-A").exitCode()).isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldDeleteAndForgiveWhatIsNotThereOnlyWhenAsked() {
        agent.on("DELETE " + IN_DEFAULT + "/web", 200, "{\"kind\":\"Status\"}");
        agent.on("DELETE " + IN_DEFAULT + "/gone", 404, "{\"message\":\"gone: not found\"}");

        final Outcome outcome = weir("policy", "delete", "web", "gone");

        assertThat(outcome.out()).isEqualTo("networkpolicy/default/web deleted\n");
        assertThat(outcome.err()).isEqualTo("weir: gone: not found\n");
        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(weir("policy", "delete", "gone", "--ignore-not-found").exitCode()).isZero();
        assertThat(weir("policy", "delete").exitCode()).isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldValidateAndDeleteTheNamespacesOfAFileThatApplyTakes() throws IOException {
        final Path file =
                file("zoo.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: zoo}\n");
        final Path bad =
                file("bad.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: Z_}\n");
        agent.on("DELETE /api/v1/namespaces/zoo", 200, "{\"kind\":\"Status\"}");

        assertThat(alone("policy", "validate", "--offline", "-f", file.toString()))
                .isEqualTo(new Outcome(0, file + ": namespace/zoo is valid\n", ""));
        assertThat(alone("policy", "validate", "--offline", "-f", bad.toString()).err())
                .startsWith("weir: " + bad + ":3:12: metadata.name: ");
        assertThat(weir("policy", "delete", "-f", file.toString()))
                .isEqualTo(new Outcome(0, "namespace/zoo deleted\n", ""));
    }

    @Test
    void shouldValidateWithoutAnAgentAndNameEveryProblem() throws IOException {
        final Path good =
                file(
                        "good.yaml",
                        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
                                + "metadata: {name: web}\nspec: {podSelector: {}}\n");
        final Path bad =
                file(
                        "bad.yaml",
                        """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: web}
                        spec:
                          podSelector: {}
                          surprise: 1
                          ingress:
                            - from: [{ipBlock: {cidr: 10.0.0.0/33}}]
                              ports: [{port: 70000}]
                        """);

        assertThat(alone("policy", "validate", "--offline", "-f", good.toString()))
                .isEqualTo(new Outcome(0, good + ": networkpolicy/web is valid\n", ""));
        final Outcome outcome = alone("policy", "validate", "--offline", "-f", bad.toString());
        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("weir: " + bad + ":6:3: spec.surprise: "))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "weir: "
                                                + bad
                                                + ":8:25: spec.ingress[0].from[0].ipBlock.cidr: "))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "weir: " + bad + ":9:16: spec.ingress[0].ports[0].port: "));
    }

    @Test
    void shouldTestTrafficAndExitWithTheVerdict() {
        agent.on(
                "POST /v1/verdict",
                200,
                """
                {"verdict":"denied","egress":{"verdict":"allowed","reason":"policy","policy":\
                {"namespace":"default","name":"out","rule":"egress[0]"},"message":"a rule"},"ingress":{"verdict":"denied","reason":"policy",\
                "isolatedBy":["default/web"],"message":"denied: no rule allows it"}}""");

        final Outcome outcome =
                weir("policy", "test", "--from", "a", "--to", "shop:app=web", "--port", "80/tcp");

        assertThat(outcome.exitCode()).isEqualTo(Cli.DENIED);
        assertThat(outcome.out())
                .isEqualTo(
                        """
                        denied: a -> shop:app=web 80/tcp
                        DIRECTION   VERDICT   POLICY        RULE        REASON
                        egress      allowed   default/out   egress[0]   a rule
                        ingress     denied    default/web   -           denied: no rule allows it
                        """);
        assertThat(agent.requests())
                .containsExactly(
                        "POST /v1/verdict application/json {\"from\":\"a\",\"to\":{\"namespace\":"
                                + "\"shop\",\"labels\":{\"app\":\"web\"}},\"protocol\":\"TCP\","
                                + "\"port\":80}");
    }

    @Test
    void shouldExitZeroWhenTrafficIsAllowedAndTwoWhenThePortIsNone() {
        agent.on("POST /v1/verdict", 200, "{\"verdict\":\"allowed\"}");

        assertThat(weir("policy", "test", "--from", "a", "--to", "b", "--port", "icmp").exitCode())
                .isZero();
        assertThat(agent.requests().get(0)).endsWith("\"protocol\":\"ICMP\"}");
        for (final String port : new String[] {"0", "65536", "/TCP", "999999"}) {
            assertThat(weir("policy", "test", "--from", "a", "--to", "b", "--port", port).err())
                    .contains("--port: " + port + " (expected: ");
        }
    }

    @Test
    void shouldTellWhatEachRuleWantsAndWhatWouldBeWithoutAPolicy() {
        agent.on(
                "POST /v1/verdict",
                200,
                """
                {"verdict":"denied","supposed":true,"hints":["over IPv6 all is well"],
                 "egress":{"verdict":"allowed","reason":"policy","message":"a rule",
                  "policy":{"namespace":"default","name":"out","rule":"egress[0]"},
                  "decided":"egress[0] to anyone, port TCP 80","matched":"anyone, TCP 80","rules":[{"policy":"default/out"}],
                  "without":[{"policy":"default/out","verdict":"denied","message":"isolated"}]},
                 "ingress":{"verdict":"denied","reason":"no-rule","message":"no rule",
                  "isolatedBy":["default/web"],"rulesLeftOut":3,
                  "rules":[{"policy":"default/web","rule":"ingress[0]","words":"from anyone",
                   "mismatch":"peer differs; port differs"}],"without":[]}}""");

        assertThat(weir("policy", "test", "--from", "a", "--to", "b", "--port", "web").out())
                .isEqualTo(
                        """
                        denied: a -> b web
                        DIRECTION   VERDICT   POLICY        RULE        REASON
                        egress      allowed   default/out   egress[0]   a rule
                        ingress     denied    default/web   -           no rule
                        egress decided by egress[0] to anyone, port TCP 80
                        egress matched anyone, TCP 80
                        egress without default/out: denied, isolated
                        ingress asked default/web ingress[0] from anyone
                            peer differs
                            port differs
                        ingress asked 3 more rules
                        hint: over IPv6 all is well
                        hint: supposed; nothing in force has changed
                        """);
        assertThat(agent.requests().get(0)).endsWith("\"protocol\":\"TCP\",\"port\":\"web\"}");
    }

    @Test
    void shouldAskAboutWhatDoesNotExist() {
        agent.on("POST /v1/verdict", 200, "{\"verdict\":\"allowed\"}");

        weir(
                "policy test --from shop/cart --from-namespace-labels team=a,env=b"
                        .concat(" --to data:app=db --to-ports db=5432/tcp,dns=53/UDP --port db")
                        .split(" "));

        assertThat(agent.requests())
                .containsExactly(
                        "POST /v1/verdict application/json {\"from\":{\"namespace\":\"shop\",\"pod\":"
                                + "\"cart\",\"namespaceLabels\":{\"team\":\"a\",\"env\":\"b\"}},\"to\":"
                                + "{\"namespace\":\"data\",\"labels\":{\"app\":\"db\"},\"ports\":"
                                + "[{\"name\":\"db\",\"port\":5432,\"protocol\":\"TCP\"},{\"name\":\"dns\","
                                + "\"port\":53,\"protocol\":\"UDP\"}]},\"protocol\":\"TCP\","
                                + "\"port\":\"db\"}");
    }

    @Test
    void shouldRefuseSuppositionsThatCannotBe() {
        final String[] ask = {"policy", "test", "--from", "a", "--port", "80", "--to"};

        assertThat(weir(with(ask, "b", "--to-namespace-labels", "x=y")).err())
                .contains("--to-namespace-labels goes with namespace/pod or labels in --to");
        assertThat(weir(with(ask, "b", "--to-ports", "web=80")).err())
                .contains("--to-ports goes with labels in --to");
        assertThat(weir(with(ask, "a=b", "--to-ports", "web")).err())
                .contains("--to-ports: web (expected: such as web=80/TCP)");
        assertThat(weir(with(ask, "a=b", "--to-ports", "web=70000")).exitCode())
                .isEqualTo(Cli.USAGE);
        assertThat(agent.requests()).isEmpty();
    }

    private static String[] with(final String[] first, final String... rest) {
        return Stream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray(String[]::new);
    }

    @Test
    void shouldPatchNamespaceLabels() {
        agent.on("PATCH /api/v1/namespaces/shop", 200, "{}");

        assertThat(weir("namespace", "label", "shop", "team=a", "old-").out())
                .isEqualTo("namespace/shop labeled\n");
        assertThat(agent.requests())
                .containsExactly(
                        "PATCH /api/v1/namespaces/shop application/merge-patch+json "
                                + "{\"metadata\":{\"labels\":{\"team\":\"a\",\"old\":null}}}");
    }
}
