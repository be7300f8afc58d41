package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PolicyValidateTest extends CliContract {
    private static final String WEB =
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: web}
            spec:
              podSelector: {matchLabels: {app: wbe}}
              egress:
                - ports:
                    - port: 443
            """;

    private void thereIsAWeb() {
        agent.on(
                "GET /api/v1/namespaces",
                200,
                "{\"items\":[{\"metadata\":{\"name\":\"default\"}}]}");
        agent.on(
                "GET /v1/endpoints",
                200,
                """
                {"items":[{"namespace":"default","labels":{"app":"web"},
                 "ports":[{"name":"http","port":80,"protocol":"TCP"}]}]}""");
    }

    @Test
    void shouldWarnByLineAndFieldOfWhatIsSurelyAMistake() throws IOException {
        thereIsAWeb();
        final Path file = file("web.yaml", WEB);

        final Outcome outcome = weir("policy", "validate", "-f", file.toString());

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .isEqualTo(file + ": networkpolicy/web is valid, with warnings: 2\n");
        assertThat(outcome.err().replace(file.toString(), "FILE"))
                .isEqualTo(
                        """
                        weir: FILE:5:3: warning: spec.podSelector: selects no container here: \
                        pods app=wbe in namespace default
                        weir: FILE:6:3: warning: spec.egress: no rule reaches UDP port 53: the \
                        selected containers cannot resolve names
                        """);
        assertThat(weir("policy", "validate", "--strict", "-f", file.toString()).exitCode())
                .isEqualTo(Cli.FAILED);
    }

    @Test
    void shouldSayWhenItCouldNotAsk() throws IOException {
        final Path file = file("web.yaml", WEB.replace("443", "53\n          protocol: UDP"));
        final String nobody = folder.resolve("nobody.sock").toString();

        final Outcome outcome =
                alone("policy", "validate", "--socket", nobody, "-f", file.toString());

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).isEqualTo(file + ": networkpolicy/web is valid\n");
        assertThat(outcome.err())
                .startsWith("weir: note: not checked what selectors select here: ")
                .contains(nobody);
    }

    @Test
    void shouldGoOnAfterAFileThatCannotBeRead() throws IOException {
        final Path folder = Files.createDirectory(this.folder.resolve("all"));
        Files.writeString(folder.resolve("a.yaml"), "kind: [");
        Files.writeString(folder.resolve("b.yaml"), WEB);
        Files.writeString(folder.resolve("c.json"), "{\"kind\":\n \"Pod\"}");

        final Outcome outcome = alone("policy", "validate", "--offline", "-f", folder.toString());

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.err().replace(folder.toString(), "ALL").lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("weir: ALL/a.yaml: line 1, column "))
                .anyMatch(line -> line.startsWith("weir: ALL/b.yaml:6:3: warning: spec.egress: "))
                .anyMatch(line -> line.startsWith("weir: ALL/c.json:1:2: kind: Pod (expected: "));
        assertThat(outcome.out()).contains("b.yaml: networkpolicy/web is valid");
    }

    @Test
    void shouldGiveEveryFieldAsJson() throws IOException {
        final Path file =
                file(
                        "list.json",
                        """
                        {"kind": "List", "items": [
                          {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                           "metadata": {"name": "web", "namespace": "shop"},
                           "spec": {"podSelector": {},
                            "policyTypes": ["Upwards"]}}]}
                        """);

        final Outcome outcome =
                alone("policy", "validate", "--offline", "-o", "json", "-f", file.toString());
        final JsonNode answer = Json.read(outcome.out());

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(answer.path("valid").asBoolean()).isFalse();
        assertThat(answer.path("errors").asInt()).isEqualTo(1);
        final JsonNode finding = answer.at("/findings/0");
        assertThat(finding.path("line").asInt()).isEqualTo(5);
        assertThat(finding.path("column").asInt()).isEqualTo(21);
        assertThat(finding.path("object").asText()).isEqualTo("networkpolicy/shop/web");
        assertThat(finding.path("field").asText()).isEqualTo("spec.policyTypes[0]");
        assertThat(finding.path("code").asText()).isEqualTo("FieldValueNotSupported");
        assertThat(finding.path("severity").asText()).isEqualTo("error");
    }

    @Test
    void shouldNoticeObjectsThatReplaceOrRepeatEachOther() throws IOException {
        final String open = WEB.substring(0, WEB.indexOf("  egress")) + "  ingress: [{}]\n";
        final Path file =
                file(
                        "two.yaml",
                        open
                                + "---\n"
                                + open
                                + "---\n"
                                + open.replace("{name: web}", "{name: also}"));

        assertThat(
                        alone("policy", "validate", "--offline", "-f", file.toString())
                                .err()
                                .replace(file.toString(), "FILE"))
                .isEqualTo(
                        """
                        weir: FILE:10:12: warning: metadata.name: replaces networkpolicy/default/web \
                        of FILE:1
                        weir: FILE:18:1: warning: spec: says the same as policy default/web
                        """);
    }
}
