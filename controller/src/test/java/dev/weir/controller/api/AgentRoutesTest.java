package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Status, metrics, probes, statistics, CNI, discovery. */
class AgentRoutesTest extends RestTest {
    @BeforeEach
    void attachOne() throws IOException {
        post("/v1/endpoints", "{\"pid\":1,\"pod\":\"web\",\"labels\":{\"app\":\"web\"}}");
        post(POLICIES, policy("web-allow"));
    }

    @Test
    void shouldTellOfTheAgentItsTablesAndItsLosses() throws IOException {
        final JsonNode status = http.get("/v1/status").json();

        assertThat(status.path("version").asText()).isEqualTo("0.1.0");
        assertThat(status.path("kernel").asText()).isEqualTo("6.18.0");
        assertThat(status.path("ready").asBoolean()).isTrue();
        assertThat(status.path("revision").asInt()).isEqualTo(agent.desired.snapshot().revision());
        assertThat(status.at("/counts/endpoints").asInt()).isEqualTo(1);
        assertThat(status.at("/counts/policies").asInt()).isEqualTo(1);
        assertThat(status.at("/hooks/attach").asText()).isEqualTo("tcx");
        assertThat(status.at("/hooks/attached/from-container~1tcx").asInt()).isEqualTo(1);
        assertThat(status.at("/hooks/shields/0/on").asBoolean()).isTrue();
        assertThat(status.at("/hooks/redirect/on").asBoolean()).isTrue();
        assertThat(status.at("/hooks/redirect/endpoints").asInt()).isEqualTo(2);
        assertThat(status.at("/hooks/attached/xdp~1native").asInt()).isEqualTo(1);
        assertThat(status.at("/features/0/name").asText()).isEqualTo("tcx");
        assertThat(status.at("/features/1/reason").asText()).isEqualTo("no netns cookie");
        assertThat(status.at("/tables/0/entries").asInt()).isEqualTo(10);
        assertThat(status.at("/tables/1/entries").isMissingNode()).isTrue();
        assertThat(status.at("/lost/overflowPackets").asInt()).isEqualTo(5);
        assertThat(status.at("/process/residentBytes").asLong()).isPositive();
        assertThat(status.at("/process/cpuSeconds").asDouble()).isPositive();
    }

    @Test
    void shouldSayWhatItWaitsForUntilReady() throws IOException {
        agent.waitingFor.add("queued deletes");

        final Answer waiting = http.get("/readyz");

        assertThat(waiting.code()).isEqualTo(503);
        assertThat(waiting.text()).contains("queued deletes");
        assertThat(http.get("/v1/status").json().at("/waitingFor/0").asText())
                .isEqualTo("queued deletes");
        agent.waitingFor.clear();
        assertThat(http.get("/readyz").code()).isEqualTo(200);
        assertThat(http.get("/healthz").text()).isEqualTo("ok\n");
    }

    @Test
    void shouldGiveEachContainersTotals() throws IOException {
        final JsonNode stats = http.get("/v1/stats/containers").json();

        final JsonNode one = stats.at("/items/0");
        assertThat(one.path("pod").asText()).isEqualTo("web");
        assertThat(one.at("/ingress/allowed/packets").asInt()).isEqualTo(10);
        assertThat(one.at("/drops/no-rule/bytes").asInt()).isEqualTo(700);
        assertThat(one.at("/tcp/handshake/p99").asInt()).isEqualTo(4_000);
        assertThat(stats.path("time").asText()).endsWith("Z");
    }

    @Test
    void shouldExportFiguresForPrometheus() throws IOException {
        final int rule = agent.desired.snapshot().compiled().rules().keySet().iterator().next();
        agent.countRule(rule, 11, 1_100);

        final Answer answer = http.get("/metrics");

        assertThat(answer.header("content-type")).startsWith("text/plain; version=0.0.4");
        final List<String> lines = answer.text().lines().toList();
        final String own =
                "container=\"web\",direction=\"%s\",endpoint=\"web-eth0\","
                        + "namespace=\"default\",pod=\"web\",%s";
        assertThat(lines)
                .contains(
                        "weir_endpoint_packets_total{%s} 10.0"
                                .formatted(own.formatted("ingress", "verdict=\"allowed\"")),
                        "weir_endpoint_drop_packets_total{%s} 4.0"
                                .formatted(own.formatted("egress", "reason=\"no-rule\"")),
                        "weir_table_entries{table=\"weir_policy\"} 10.0",
                        "weir_flow_records_lost_total 7.0",
                        "weir_flow_overflow_packets_total 5.0",
                        "weir_redirected_endpoints 2.0",
                        "weir_state_journaled_objects 3.0",
                        "weir_ready 1.0");
        assertThat(answer.text())
                .contains(
                        "weir_rule_packets_total{kind=\"NetworkPolicy\",namespace=\"default\","
                                + "number=\"%d\",policy=\"web-allow\",rule=\"ingress[0]\"} 11.0"
                                        .formatted(rule),
                        "weir_process_cpu_seconds_total",
                        "weir_process_resident_memory_bytes",
                        "weir_build_info{kernel=\"6.18.0\",node=\"n1\",version=\"0.1.0\"} 1",
                        "weir_endpoint_tcp_handshake_seconds{")
                .doesNotContain("reason=\"policy\"");
    }

    @Test
    void shouldTellWhatEachRuleSaysAndHasDecided() throws IOException {
        final int rule = agent.desired.snapshot().compiled().rules().keySet().iterator().next();
        agent.countRule(rule, 5, 500);
        agent.activity.sample(List.of(rule));
        final JsonNode old = http.get("/v1/rules").json().at("/items/0");
        agent.countRule(rule, 6, 600);

        final JsonNode hit = http.get("/v1/rules?namespace=default&policy=web-allow").json();

        assertThat(old.path("packets").asInt()).isEqualTo(5);
        assertThat(old.has("lastHit")).isFalse();
        assertThat(hit.path("items")).hasSize(1);
        assertThat(hit.at("/items/0").toString())
                .isEqualTo(
                        "{\"kind\":\"NetworkPolicy\",\"namespace\":\"default\",\"policy\":"
                                + "\"web-allow\",\"rule\":\"ingress[0]\",\"direction\":\"ingress\","
                                + "\"verdict\":\"allowed\",\"words\":\"from pods app=client in"
                                + " namespace default, port TCP 80\",\"number\":"
                                + rule
                                + ",\"packets\":6,\"bytes\":600,"
                                + "\"lastHit\":\"2026-11-22T12:00:00Z\"}");
        assertThat(http.get("/v1/rules?policy=other").json().path("items")).isEmpty();
        failure(http.get("/v1/rules?pod=web"), 400, "BadRequest");
    }

    @Test
    void shouldTellWhatItCostsAndWhatExportsLost() throws IOException {
        assertThat(http.get("/metrics").text().lines().toList())
                .contains(
                        "weir_bpf_program_runtime_seconds_total{program=\"weir_to_container\"} 9.0",
                        "weir_bpf_program_runs_total{program=\"weir_to_container\"} 1.0E8",
                        "weir_budget_cpu_limit_cores 0.5",
                        "weir_work_shed{work=\"rule-metrics\"} 1.0",
                        "weir_export_reports_total{export=\"ipfix\"} 40.0",
                        "weir_lost_events_total{reason=\"queue-full\",stage=\"export-ipfix\"} 5.0",
                        "weir_lost_events_total{reason=\"too-slow\",stage=\"subscriber\"} 7.0")
                .anyMatch(line -> line.startsWith("weir_agent_cpu_seconds_total{role=\"rest\"}"))
                .anyMatch(line -> line.startsWith("weir_agent_memory_bytes{kind=\"heap\"}"));

        final JsonNode status = http.get("/v1/status").json();

        assertThat(status.at("/exports/sinks/0/lostQueue").asInt()).isEqualTo(5);
        assertThat(status.at("/budget/shed/0").asText()).isEqualTo("rule-metrics");
        assertThat(status.at("/lost/exportReports").asInt()).isEqualTo(8);
    }

    @Test
    void shouldMeasureProgramsWhileItIsAsked() throws IOException {
        final Answer answer = http.get("/v1/costs?seconds=1");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.json().path("seconds").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(answer.json().at("/programs/0/name").asText()).isEqualTo("weir_to_container");
        assertThat(answer.json().at("/memory/residentBytes").asLong()).isPositive();
        assertThat(agent.measured).isEqualTo(1);
        assertThat(http.get("/v1/costs?seconds=60").code()).isEqualTo(400);
    }

    @Test
    void shouldSpeakOpenMetricsWhenAsked() throws IOException {
        final Answer answer =
                http.send(
                        "GET",
                        "/metrics",
                        Map.of("Accept", "application/openmetrics-text;version=1.0.0"),
                        new byte[0]);

        assertThat(answer.header("content-type")).startsWith("application/openmetrics-text");
        assertThat(answer.text()).endsWith("# EOF\n");
    }

    @Test
    void shouldHandCniCallsOn() throws IOException {
        final Answer added =
                post(
                        "/v1/cni",
                        """
                        {"command":"ADD","containerId":"c1","netns":"/run/netns/c1",
                         "ifname":"eth0","args":"K8S_POD_NAME=web","path":"/opt/cni/bin",
                         "config":{"cniVersion":"1.1.0","prevResult":{"ips":[]}}}
                        """);
        final Answer deleted = post("/v1/cni", "{\"command\":\"DEL\",\"config\":{}}");

        assertThat(added.code()).isEqualTo(200);
        assertThat(added.text()).isEqualTo("{\"ips\":[]}");
        assertThat(deleted.code()).isEqualTo(200);
        assertThat(deleted.body()).isEmpty();
        assertThat(agent.cniCalls.get(0).path("args").asText()).isEqualTo("K8S_POD_NAME=web");
    }

    @Test
    void shouldWakeAWorkerForLargeCallsOnly() throws IOException {
        post("/v1/cni", "{\"command\":\"DEL\",\"config\":{}}");
        final String name = "x".repeat(20_000);
        post("/v1/cni", "{\"command\":\"DEL\",\"config\":{\"name\":\"" + name + "\"}}");

        assertThat(agent.cniThreads.get(0)).matches("weir-rest-\\d+-\\d+");
        assertThat(agent.cniThreads.get(1)).startsWith("weir-rest-worker-");
    }

    @Test
    void shouldGiveCniErrorsAsCniHasThem() throws IOException {
        final Answer gone =
                post("/v1/cni", "{\"command\":\"ADD\",\"netns\":\"/gone\",\"config\":{}}");
        final Answer broken =
                post(
                        "/v1/cni",
                        "{\"command\":\"ADD\",\"netns\":\"/broken\",\"config\":{\"cniVersion\":\"1.0.0\"}}");

        assertThat(gone.code()).isEqualTo(503);
        assertThat(gone.json().path("code").asInt()).isEqualTo(11);
        assertThat(broken.code()).isEqualTo(500);
        assertThat(broken.json().path("code").asInt()).isGreaterThanOrEqualTo(100);
        assertThat(broken.json().path("cniVersion").asText()).isEqualTo("1.0.0");
        assertThat(broken.json().path("msg").asText()).contains("broken");
        failure(post("/v1/cni", "{\"command\":\"PAINT\",\"config\":{}}"), 400, "BadRequest");
        failure(post("/v1/cni", "{\"command\":\"ADD\"}"), 400, "BadRequest");
    }

    @Test
    void shouldBeDiscoverableByKubectl() throws IOException {
        assertThat(http.get("/api").json().at("/versions/0").asText()).isEqualTo("v1");
        assertThat(http.get("/apis").json().at("/groups/0/name").asText())
                .isEqualTo("networking.k8s.io");
        assertThat(http.get("/apis/networking.k8s.io").json().path("kind").asText())
                .isEqualTo("APIGroup");
        final JsonNode resource = http.get("/apis/networking.k8s.io/v1").json().at("/resources/0");
        assertThat(resource.path("name").asText()).isEqualTo("networkpolicies");
        assertThat(resource.path("namespaced").asBoolean()).isTrue();
        assertThat(http.get("/api/v1").json().at("/resources/0/kind").asText())
                .isEqualTo("Namespace");
    }
}
