package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kubectl against the real routes and the real applier over tables in memory. What it prints is
 * what people see.
 */
abstract class KubectlContract {
    private static final String WEB =
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web, namespace: default, labels: {team: shop}}
            spec:
              podSelector: {matchLabels: {app: web}}
              ingress:
                - from: [{podSelector: {matchLabels: {app: client}}}]
                  ports: [{port: 80, protocol: TCP}]
            """;
    private static final String CLUSTER =
            """
            apiVersion: policy.networking.k8s.io/v1alpha2
            kind: ClusterNetworkPolicy
            metadata: {name: deny-all}
            spec:
              tier: Admin
              priority: 10
              subject: {namespaces: {}}
              ingress: [{action: Deny, from: [{namespaces: {}}]}]
            """;

    private final Path kubectl;
    @TempDir private Path directory;
    private AgentWithApplier agent;

    /** {@code test.sh} puts those of Debian into {@code target}. */
    KubectlContract(final String version) {
        kubectl = Path.of("../target/kubectl-" + version + "/usr/bin/kubectl");
    }

    /** What a command printed. */
    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        if (!"required".equals(System.getProperty("tests.kubectl"))) {
            Assumptions.assumeTrue(Files.isExecutable(kubectl), "no kubectl (test.sh fetches it)");
        }
        assertThat(kubectl).isExecutable();
        agent = AgentWithApplier.start(directory);
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
    }

    private Outcome run(final String... arguments) throws Exception {
        final Process process = begin(arguments);
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(List.of(arguments).toString())
                .isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    private Process begin(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(kubectl.toString()));
        command.add("--server=" + agent.url());
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBECONFIG", "/dev/null");
        builder.environment().put("EDITOR", directory.resolve("editor").toString());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(directory.resolve("out").toFile());
        builder.redirectError(directory.resolve("err").toFile());
        return builder.start();
    }

    /** What a command that must succeed printed. */
    private String ok(final String... arguments) throws Exception {
        final Outcome outcome = run(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.out();
    }

    /** What a command that must fail said of it. */
    private String failed(final String... arguments) throws Exception {
        final Outcome outcome = run(arguments);
        assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(1);
        return outcome.err();
    }

    private String file(final String name, final String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    /** Columns with one blank between: their width is kubectl's business. */
    private static String cells(final String table) {
        return table.replaceAll(" {2,}", " ").replaceAll("(?m) [0-9]+s( |$)", " AGE$1");
    }

    @Test
    void shouldApplyAndShowPolicies() throws Exception {
        final String web = file("web.yaml", WEB);

        assertThat(ok("apply", "-f", web))
                .isEqualTo("networkpolicy.networking.k8s.io/web created\n");
        assertThat(ok("apply", "-f", web))
                .isEqualTo("networkpolicy.networking.k8s.io/web unchanged\n");
        file("web.yaml", WEB.replace("port: 80", "port: 81"));
        assertThat(ok("diff", "-f", file("same.yaml", WEB))).isEmpty();
        assertThat(run("diff", "-f", web).out()).contains("-    - port: 80", "+    - port: 81");
        assertThat(ok("apply", "-f", web))
                .isEqualTo("networkpolicy.networking.k8s.io/web configured\n");
        assertThat(cells(ok("get", "netpol")))
                .isEqualTo("NAME POD-SELECTOR AGE\nweb app=web AGE\n");
        assertThat(cells(ok("get", "networkpolicies", "-A", "-o", "wide", "--show-labels")))
                .isEqualTo(
                        "NAMESPACE NAME POD-SELECTOR AGE LABELS\n"
                                + "default web app=web AGE team=shop\n");
        assertThat(ok("get", "netpol", "web", "-o", "yaml"))
                .contains("    - port: 81\n      protocol: TCP\n", "  policyTypes:\n  - Ingress\n");
        assertThat(ok("get", "netpol", "web", "-o", "jsonpath={.metadata.generation}"))
                .isEqualTo("2");
        assertThat(ok("describe", "netpol", "web"))
                .contains(
                        """
                        Spec:
                          PodSelector:     app=web
                          Allowing ingress traffic:
                            To Port: 81/TCP
                            From:
                              PodSelector: app=client
                          Not affecting egress traffic
                          Policy Types: Ingress
                        """);
        assertThat(ok("explain", "netpol.spec.ingress")).contains("from", "ports");
    }

    @Test
    void shouldPrintWhatIsSurelyAMistake() throws Exception {
        final String tied =
                WEB.replace("  ingress:", "  policyTypes: [Egress]\n  egress:")
                        .replace("from:", "to:");

        final Outcome created = run("create", "-f", file("tied.yaml", tied));

        assertThat(created.out()).isEqualTo("networkpolicy.networking.k8s.io/web created\n");
        assertThat(created.err())
                .isEqualTo(
                        "Warning: spec.egress: no rule reaches UDP port 53: the selected containers"
                                + " cannot resolve names\n");
        assertThat(run("create", "-f", file("ok.yaml", WEB.replace("name: web", "name: ok"))).err())
                .isEmpty();
    }

    @Test
    void shouldTakeClusterPoliciesAndNamespaces() throws Exception {
        final String cluster = file("cnp.yaml", CLUSTER);

        assertThat(ok("apply", "-f", cluster))
                .isEqualTo("clusternetworkpolicy.policy.networking.k8s.io/deny-all created\n");
        assertThat(cells(ok("get", "cnp")))
                .isEqualTo("NAME TIER PRIORITY AGE\ndeny-all Admin 10 AGE\n");
        file("cnp.yaml", CLUSTER.replace("10", "20"));
        assertThat(ok("apply", "-f", cluster)).contains("configured");
        assertThat(failed("patch", "cnp", "deny-all", "-p", "{}")).contains("merge-patch+json");
        assertThat(
                        ok(
                                "patch",
                                "cnp",
                                "deny-all",
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"priority\":7}}"))
                .contains("patched");
        assertThat(ok("create", "namespace", "shop")).isEqualTo("namespace/shop created\n");
        assertThat(ok("label", "ns", "shop", "env=prod")).isEqualTo("namespace/shop labeled\n");
        assertThat(cells(ok("get", "ns", "shop", "--show-labels")))
                .isEqualTo(
                        "NAME STATUS AGE LABELS\n"
                                + "shop Active AGE env=prod,kubernetes.io/metadata.name=shop\n");
        assertThat(cells(ok("get", "ns")))
                .isEqualTo("NAME STATUS AGE\ndefault Active <unknown>\nshop Active AGE\n");
        assertThat(ok("delete", "ns", "shop")).contains("namespace \"shop\" deleted");
        assertThat(ok("delete", "cnp", "--all")).contains("\"deny-all\" deleted");
    }

    @Test
    void shouldEditLabelAnnotatePatchReplaceAndDelete() throws Exception {
        final String web = file("web.yaml", WEB);
        ok("create", "-f", web);
        final Path editor =
                Files.writeString(
                        directory.resolve("editor"),
                        "#!/bin/sh\nsed -i 's/port: 80/port: 82/' \"$1\"\n");
        assertThat(editor.toFile().setExecutable(true)).isTrue();

        assertThat(ok("edit", "netpol", "web")).contains("web edited");
        assertThat(ok("label", "netpol", "web", "a=b")).contains("web labeled");
        assertThat(ok("label", "netpol", "web", "a-")).contains("web ");
        assertThat(ok("annotate", "netpol", "web", "weir.dev/audit=true")).contains("annotated");
        ok("patch", "netpol", "web", "-p", "{\"metadata\":{\"labels\":{\"s\":\"1\"}}}");
        ok(
                "patch",
                "netpol",
                "web",
                "--type=merge",
                "-p",
                "{\"metadata\":{\"labels\":{\"m\":\"1\"}}}");
        assertThat(ok("get", "netpol", "web", "--show-labels")).contains("m=1,s=1,team=shop");
        assertThat(ok("get", "netpol", "web", "-o", "jsonpath={.spec.ingress[0].ports[0].port}"))
                .isEqualTo("82");
        ok(
                "patch",
                "netpol",
                "web",
                "--type=json",
                "-p",
                "[{\"op\":\"replace\",\"path\":\"/spec/ingress/0/ports/0/port\",\"value\":90}]");
        assertThat(ok("apply", "--dry-run=server", "-f", web)).contains("server dry run");
        assertThat(ok("get", "netpol", "web", "-o", "jsonpath={.spec.ingress[0].ports[0].port}"))
                .isEqualTo("90");
        assertThat(ok("replace", "-f", web)).contains("web replaced");
        ok("create", "-f", file("two.yaml", WEB.replace("name: web", "name: two")));
        assertThat(ok("get", "netpol", "-o", "name", "--chunk-size=1"))
                .isEqualTo(
                        "networkpolicy.networking.k8s.io/two\n"
                                + "networkpolicy.networking.k8s.io/web\n");
        assertThat(ok("delete", "netpol", "--all"))
                .isEqualTo(
                        "networkpolicy.networking.k8s.io \"two\" deleted\n"
                                + "networkpolicy.networking.k8s.io \"web\" deleted\n");
        assertThat(run("get", "netpol").err())
                .isEqualTo("No resources found in default namespace.\n");
    }

    @Test
    void shouldSayWhatIsWrongAsTheApiServerDoes() throws Exception {
        final String web = file("web.yaml", WEB);
        ok("create", "-f", web);

        assertThat(failed("get", "netpol", "none"))
                .isEqualTo(
                        "Error from server (NotFound): networkpolicies.networking.k8s.io \"none\""
                                + " not found\n");
        assertThat(failed("create", "-f", web))
                .endsWith("networkpolicies.networking.k8s.io \"web\" already exists\n");
        assertThat(
                        failed(
                                "create",
                                "-f",
                                file(
                                        "bad.yaml",
                                        WEB.replace("port: 80", "port: 99999")
                                                .replace("name: web", "name: bad"))))
                .isEqualTo(
                        "The NetworkPolicy \"bad\" is invalid: spec.ingress[0].ports[0].port: Invalid"
                                + " value: 99999: must be between 1 and 65535, inclusive\n");
        assertThat(
                        failed(
                                "create",
                                "-f",
                                file(
                                        "odd.yaml",
                                        WEB.replace(
                                                        "podSelector: {matchLabels: {app: web}}",
                                                        "podSelektor: {}")
                                                .replace("name: web", "name: odd"))))
                .contains("unknown field \"");
        final String old = ok("get", "netpol", "web", "-o", "yaml");
        ok("label", "netpol", "web", "new=1");
        assertThat(failed("replace", "-f", file("old.yaml", old)))
                .contains(
                        "(Conflict)",
                        "Operation cannot be fulfilled on networkpolicies.networking.k8s.io"
                                + " \"web\": the object has been modified; please apply your changes"
                                + " to the latest version and try again");
    }

    @Test
    void shouldApplyOnTheServerSideAndNameConflicts() throws Exception {
        // What a default fills in is no change of what was applied, and no conflict.
        final String brief = WEB.replace(", protocol: TCP", "");
        final String web = file("web.yaml", brief);
        final String other = file("other.yaml", brief.replace("app: client", "app: other"));

        assertThat(ok("apply", "--server-side", "-f", web)).contains("web serverside-applied");
        assertThat(ok("apply", "--server-side", "--field-manager=ann", "-f", web))
                .contains("serverside-applied");
        assertThat(failed("apply", "--server-side", "--field-manager=bob", "-f", other))
                .contains("Apply failed with ", ".spec.ingress", "\"kubectl\"");
        assertThat(ok("get", "netpol", "web", "-o", "yaml")).contains("app: client");
        ok("apply", "--server-side", "--field-manager=bob", "--force-conflicts", "-f", other);
        assertThat(ok("get", "netpol", "web", "-o", "yaml")).contains("app: other");
        assertThat(
                        ok(
                                "get",
                                "netpol",
                                "web",
                                "-o",
                                "jsonpath={.metadata.managedFields[*].manager}"))
                .contains("ann", "bob");
    }

    @Test
    void shouldWatch() throws Exception {
        ok("create", "-f", file("web.yaml", WEB));
        final Process watch =
                new ProcessBuilder(
                                kubectl.toString(),
                                "--server=" + agent.url(),
                                "get",
                                "netpol",
                                "--watch",
                                "-o",
                                "name")
                        .redirectErrorStream(true)
                        .start();
        try (var lines = watch.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).isEqualTo("networkpolicy.networking.k8s.io/web");
            ok("create", "-f", file("two.yaml", WEB.replace("name: web", "name: two")));
            assertThat(lines.readLine()).isEqualTo("networkpolicy.networking.k8s.io/two");
        } finally {
            watch.destroyForcibly();
        }
    }
}
