package dev.weir.controller.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.document.Json;
import dev.weir.dataplane.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TopCommandTest extends CliContract {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @BeforeEach
    void answer() {
        agent.on(
                "GET /v1/stats/containers",
                200,
                """
                {"items":[{"namespace":"default","pod":"calm","activeFlows":1,"ingress":{"allowed":\
                {"packets":1,"bytes":100},"denied":{"packets":0,"bytes":0},"rate":{"packets":1.0,\
                "bytes":100.0,"deniedPackets":9.0}},"egress":{"allowed":{"packets":0,"bytes":0}},\
                "tcp":{"opened":1,"failed":0}},{"namespace":"default","pod":"busy","activeFlows":2,\
                "ingress":{"allowed":{"packets":1000,"bytes":1572864},"denied":{"packets":4,\
                "bytes":300},"rate":{"packets":50.0,"bytes":2048.0,"deniedPackets":0.0}},"egress":\
                {"allowed":{"packets":9,"bytes":900},"rate":{"packets":50.0,"bytes":2048.0,\
                "deniedPackets":0.0}},"tcp":{"opened":7,"failed":1,"handshakeNetwork":\
                {"p50":81000}}}]}""");
        final String flow =
                """
                {"items":[{"packetsPerSecond":10.0,"bytesPerSecond":4096.0,"flow":{"verdict":\
                "denied","reason":"no-rule","ip":{"source":"10.0.0.9","destination":"10.0.0.2"},\
                "l4":{"protocol":"TCP","sourcePort":999,"destinationPort":80},"source":{"entity":\
                "world"},"destination":{"namespace":"default","pod":"web"},"packets":77,"bytes":\
                5000,"replyBytes":0}}],"seconds":1.0}""";
        agent.on("GET /v1/flows/top?by=bytes&last=21", 200, flow);
        agent.on("GET /v1/flows/top?not-port=80&pod=web&by=drops&last=5", 200, flow);
        agent.on(
                "GET /v1/rules",
                200,
                """
                {"items":[{"namespace":"default","policy":"p","rule":"ingress[0]","verdict":\
                "allowed","words":"from app=web","number":4,"packets":9,"bytes":800}]}""");
    }

    @Test
    void shouldPrintTheBusiestContainersFirst() {
        assertThat(weir("top", "--count", "1", "--interval", "1").out())
                .isEqualTo(
                        """
                        NAMESPACE   POD    BYTES/S   PACKETS/S   DROPS/S   IN       OUT    DENIED   FLOWS   TCP-OPENED   TCP-FAILED   RTT    RETRANSMITS
                        default     busy   4KiB      100         0         1.5MiB   900B   4        2       7            1            81µs   -
                        default     calm   100B      1           9         100B     0B     0        1       1            0            -      -
                        """);
        assertThat(weir("top", "--by", "drops", "--count", "1", "--interval", "1").out().lines())
                .element(1)
                .asString()
                .startsWith("default     calm");
    }

    @Test
    void shouldAskTheAgentForTheBusiestFlows() throws Exception {
        final Outcome outcome =
                weir(
                        "top",
                        "flows",
                        "--by",
                        "drops",
                        "--limit",
                        "5",
                        "--not",
                        "--port",
                        "80",
                        "--pod",
                        "web",
                        "--count",
                        "1",
                        "--interval",
                        "1",
                        "-o",
                        "json");

        final JsonNode line = Json.read(outcome.out());
        assertThat(line.path("view").asText()).isEqualTo("flows");
        assertThat(line.path("by").asText()).isEqualTo("drops");
        assertThat(line.at("/items/0/flow/packets").asInt()).isEqualTo(77);
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void shouldPrintOneTableAnInterval() {
        final String out = weir("top", "rules", "--count", "2", "--interval", "1").out();

        final String table =
                """
                POLICY      RULE         VERDICT   BYTES/S   PACKETS/S   BYTES   PACKETS   WORDS
                default/p   ingress[0]   allowed   0B        0           800B    9         from app=web
                """;
        assertThat(out).isEqualTo(table + "\n" + table);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThat(weir("top", "colours").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("top", "--by", "beauty").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("top", "rules", "--by", "rtt").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("top", "--pod", "web").err()).contains("filters go with: weir top flows");
        assertThat(weir("top", "-o", "yaml").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(alone("top", "--socket", folder.resolve("none").toString()).exitCode())
                .isEqualTo(Cli.UNREACHABLE);
    }

    /** On a pseudo-terminal of script(1), as a user has it. */
    @Test
    void shouldFillTheScreenObeyKeysAndGiveTheTerminalBack() throws Exception {
        final String command =
                "stty rows 24 cols 140; exec "
                        + Path.of(System.getProperty("java.home"), "bin", "java")
                        + " -cp "
                        + System.getProperty("java.class.path")
                        + " dev.weir.controller.Main top --socket "
                        + agent.socket();
        final ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null");
        builder.environment().put("TERM", "xterm");
        final Process process = builder.redirectErrorStream(true).start();
        try {
            final Seen seen = new Seen(process.getInputStream());
            seen.await("busy");
            assertThat(seen.text).contains("\u001b[?1049h", "weir top: containers by bytes");
            assertThat(seen.text.toString().indexOf("busy"))
                    .isLessThan(seen.text.toString().indexOf("calm"));
            press(process, 'f');
            seen.await("10.0.0.9:999(world)");
            press(process, 'r');
            seen.await("from app=web");
            press(process, ' ');
            seen.await("PAUSED");
            press(process, 'q');

            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            seen.await("\u001b[?1049l");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void press(final Process process, final char key) throws Exception {
        process.getOutputStream().write(key);
        process.getOutputStream().flush();
    }

    /** What came on the terminal so far. */
    private static final class Seen {
        private final InputStream in;
        private final StringBuilder text = new StringBuilder();

        Seen(final InputStream in) {
            this.in = in;
        }

        void await(final String wanted) throws Exception {
            Await.until(() -> read().indexOf(wanted) >= 0, wanted + " on the terminal");
        }

        private StringBuilder read() throws IOException {
            return text.append(new String(in.readNBytes(in.available()), UTF_8));
        }
    }
}
