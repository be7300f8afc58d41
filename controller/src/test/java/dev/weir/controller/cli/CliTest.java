package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CliTest extends CliContract {
    @Test
    void shouldSayWhichSocketHasNoAgentAndHowToStartOne() {
        final Outcome outcome = alone("status", "--socket", folder + "/none.sock");

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo(
                        "weir: no agent on "
                                + folder
                                + "/none.sock: no such file (start it with: systemctl start weir, or:"
                                + " weir agent --socket "
                                + folder
                                + "/none.sock; another socket: --socket or WEIR_SOCKET)\n");
    }

    @Test
    void shouldSayThatADeadAgentsSocketRefuses() throws IOException {
        agent.close();

        assertThat(weir("status").err())
                .contains("no agent on " + agent.socket() + ": connection refused");
    }

    @Test
    void shouldSayThatAPathIsTooLongForASocket() {
        final String path = folder + "/" + "x".repeat(120);

        assertThat(alone("status", "--socket", path))
                .satisfies(outcome -> assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED))
                .satisfies(outcome -> assertThat(outcome.err().lines()).hasSize(1));
    }

    @Test
    void shouldExitWithTwoOnWrongUsage() {
        assertThat(alone())
                .isEqualTo(
                        new Outcome(
                                2,
                                "",
                                "weir: command: missing (expected: status, endpoint, policy,"
                                        + " namespace, flows, stats, top, capture, agent, version,"
                                        + " generate-completion) (see: weir --help)\n"));
        assertThat(alone("nonsense").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(alone("endpoint").err()).contains("expected: list, get, label, attach, detach");
        assertThat(alone("endpoint", "lst").err()).contains("lst");
        assertThat(alone("status", "--bogus").err())
                .isEqualTo("weir: Unknown option: '--bogus' (see: weir status --help)\n");
        assertThat(alone("status", "-o", "xml").err())
                .isEqualTo(
                        "weir: Invalid value for option '--output': xml"
                                + " (expected: table, wide, json, yaml) (see: weir status --help)\n");
        assertThat(alone("agent").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(alone("endpoint", "get").err())
                .isEqualTo(
                        "weir: Missing required parameter: 'ID' (see: weir endpoint get --help)\n");
        assertThat(alone("endpoint", "label", "a").err())
                .contains("Missing required parameter: 'LABEL'");
        assertThat(alone("endpoint", "detach").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(alone("endpoint", "attach").err())
                .contains("specify one of these", "FOUND", "--pid=PID", "--netns=PATH");
        assertThat(alone("endpoint", "attach", "a", "--pid", "3").err())
                .contains("mutually exclusive");
        assertThat(alone("policy", "apply").err()).contains("'--filename=FILE'");
    }

    @Test
    void shouldShowHelpOfEveryCommand() {
        assertThat(alone("--help").exitCode()).isZero();
        assertThat(alone("--help").out())
                .contains("status", "endpoint", "policy", "namespace", "flows", "stats", "agent")
                .doesNotContain("conflist");
        for (final String command : new String[] {"status", "flows", "policy", "endpoint"}) {
            assertThat(alone(command, "--help").out()).startsWith("Usage: weir " + command);
        }
        assertThat(alone("policy", "test", "--help").out()).startsWith("Usage: weir policy test");
        assertThat(alone("flows", "--help").out()).contains("--not", "--from-pod", "--last");
        assertThat(alone("flows", "--help").out()).doesNotContain("--not-pod");
    }

    @Test
    void shouldWriteACompletionScript() {
        assertThat(alone("generate-completion").out())
                .contains("complete -F _complete_weir", "_picocli_weir_policy_apply");
    }

    @Test
    void shouldTellItsVersionWithoutAnAgent() throws IOException {
        assertThat(alone("version")).isEqualTo(new Outcome(0, "weir " + Version.TEXT + "\n", ""));
        assertThat(alone("version", "-o", "json").out())
                .contains("\"version\" : \"" + Version.TEXT + "\"");
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + Version.TEXT + "</version>");
    }

    @Test
    void shouldTellWhatTheAgentRefuses() {
        agent.on("GET /v1/endpoints/x", 404, "{\"message\":\"endpoints \\\"x\\\" not found\"}");
        agent.on("GET /v1/status", 500, "oops");

        assertThat(weir("endpoint", "get", "x").err())
                .isEqualTo("weir: endpoints \"x\" not found\n");
        assertThat(weir("status").err()).isEqualTo("weir: GET /v1/status: HTTP 500\n");
        assertThat(weir("stats").err()).isEqualTo("weir: GET /v1/stats/containers: HTTP 404\n");
    }

    @Test
    void shouldNotTrustAnAnswerThatIsCutOffOrNoHttp() {
        agent.raw("GET /v1/status", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"");
        agent.raw("GET /v1/endpoints", "SSH-2.0\r\n\r\n");
        agent.on("GET /v1/flows?last=20", 200, "{\"items\": 1");

        assertThat(weir("status").err()).contains("ended in the middle of an answer");
        assertThat(weir("endpoint", "list").err()).contains("no HTTP answer: SSH-2.0");
        assertThat(weir("flows").err()).contains("the answer to GET /v1/flows?last=20 is no JSON");
    }

    @Test
    void shouldShowTheAgentOnOnePage() {
        agent.on(
                "GET /v1/status",
                200,
                """
                {"version":"0.1.0","node":"n1","kernel":"6.18.5","started":"2026-11-22T12:00:00Z",\
                "ready":false,"waitingFor":["policies"],"revision":7,"takenOver":true,"state":\
                {"directory":"/var/lib/weir","journaled":3,"problem":"no space"},"counts":\
                {"endpoints":3,"policies":2},"hooks":{"attach":"tcx","xdp":"auto","attached":\
                {"to-container/tcx":3},"redirect":{"on":false,"reason":"no container"},"problems":["web-eth0 xdp: foreign program"]},"features":\
                [{"name":"tcx","available":true,"since":"6.6","reason":""},{"name":"kfunc",\
                "available":false,"since":"6.19","reason":"kernel 6.18"}],"tables":[{"name":\
                "weir_conntrack","type":"lru_hash","capacity":262144,"entries":131072,"bytes":\
                33554432},{"name":"weir_flows","type":"array","capacity":16384,"bytes":2097152}],\
                "programs":[],"lost":{"overflowPackets":0,"pushedOutFlows":3},"flows":{"live":1500,\
                "ended":2,"memoryBytes":1048576,\
                "since":"2026-11-22T11:00:00Z","pushedOut":3,"pushedOutUntil":\
                "2026-11-22T10:59:00Z","memoryLimitBytes":33554432,"lastSweepNanos":\
                1500000},"processes":{"state":"shed","reason":"over budget","joined":1200,\
                "denied":3,"unmatched":0,"olderSockets":5},\
                "process":{"cpuSeconds":1.25,"residentBytes":125829120,"heapBytes":\
                20971520,"threads":14,"openFiles":60}}""");

        assertThat(weir("status").out())
                .isEqualTo(
                        """
                        version:    0.1.0
                        node:       n1
                        kernel:     6.18.5
                        ready:      no, waiting for policies
                        started:    2026-11-22T12:00:00Z, took over the tables of an earlier agent
                        revision:   7
                        state:      /var/lib/weir, 3 objects only in its journal: no space
                        counts:     endpoints 3, policies 2
                        hooks:      tcx, xdp auto; attached: to-container/tcx 3
                        redirect:   none: no container
                        problem:    web-eth0 xdp: foreign program
                        lost:       pushedOutFlows 3
                        flows:      1.5k live, 2 ended, 1MiB of 32MiB, last sweep 1.5ms
                        history:    1.5k records, the oldest ended 2026-11-22T11:00:00Z, 3 evicted, last seen until 2026-11-22T10:59:00Z
                        processes:  shed: over budget, 1.2k joined, 3 of denied packets, 0 unmatched, 5 sockets older than the agent
                        process:    120MiB resident, 20MiB heap, 1.25 s CPU, 14 threads, 60 files

                        FEATURE   AVAILABLE   SINCE   REASON
                        kfunc     no          6.19    kernel 6.18

                        TABLE            TYPE       ENTRIES   CAPACITY   FULL   MEMORY
                        weir_conntrack   lru_hash   131072    262144     50%    32MiB
                        weir_flows       array      -         16384      -      2MiB
                        """);
        assertThat(weir("status", "-o", "json").out()).contains("\"cpuSeconds\" : 1.25");
    }

    @Test
    void shouldShowContainersTotals() {
        agent.on(
                "GET /v1/stats/containers",
                200,
                """
                {"items":[{"endpoint":"web-eth0","namespace":"default","pod":"web","ingress":\
                {"allowed":{"packets":1200,"bytes":1572864},"denied":{"packets":5,"bytes":300},\
                "audit":{"packets":0,"bytes":0},"rate":{"packets":10.5,"bytes":2048.0,\
                "deniedPackets":0.0}},"egress":{"allowed":{"packets":0,"bytes":0}},"drops":\
                {"no-rule":{"packets":5,"bytes":300}},"dropCauses":[{"reason":"no-rule",\
                "direction":"ingress","policy":[{"namespace":"default","name":"web","rule":\
                "ingress[1]"}],"packets":5,"bytes":300}],"activeFlows":3,"tcp":{"opened":7,"failed":1,\
                "handshake":{"count":7,"p50":81000,"p99":2500000}}}],"time":"x"}""");

        assertThat(weir("stats").out())
                .isEqualTo(
                        """
                        NAMESPACE   POD   IN             IN-RATE        IN-DENIED   OUT   OUT-RATE    OUT-DENIED   FLOWS   TCP-OPENED   TCP-FAILED   HANDSHAKE-P50   RTT-P50   DROPS
                        default     web   1.2kp/1.5MiB   11p/s,2KiB/s   5p/300B     0     0p/s,0B/s   0            3       7            1            81µs            -         no-rule=5

                        NAMESPACE   POD   DIRECTION   REASON    POLICY                   PACKETS   BYTES
                        default     web   ingress     no-rule   default/web ingress[1]   5         300B
                        """);
        assertThat(weir("stats", "-o", "wide").out()).contains("11p/s,2KiB/s", "2.5ms", "web-eth0");
        assertThat(weir("stats", "-n", "other").out()).isEqualTo("no containers\n");
    }
}
