package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.cli.Cli;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code weir capture} at a real agent; what it writes is read by tshark. */
@KernelTest
class CaptureIT {
    private static final String WEB = "10.89.0.2";
    private static final int OPEN = 5353;
    private static final int CLOSED = 5354;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Process started;
    private Netns client;

    @BeforeEach
    void makeANode() throws Exception {
        node.address("10.89.0.1/24");
        final Netns web = node.container("vethweb", WEB + "/24");
        client = node.container("vethcli", "10.89.0.3/24");
        node.startAgent();
        node.attach(web, "web");
        node.attach(client, "client");
        node.policy(
                """
                spec:
                  podSelector: {matchLabels: {app: web}}
                  policyTypes: [Ingress]
                  ingress: [{ports: [{protocol: UDP, port: 5353}]}]
                """);
    }

    @AfterEach
    void endTheCommand() {
        if (started != null) {
            started.destroyForcibly();
        }
    }

    /** A command as a process of its own, which ends with the test. */
    private Process start(final String... words) throws IOException {
        final List<String> all =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.weir.controller.Main"));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("--socket", node.agent().socket().toString()));
        started =
                new ProcessBuilder(all)
                        .redirectOutput(node.folder().resolve("out").toFile())
                        .redirectError(node.folder().resolve("err").toFile())
                        .start();
        return started;
    }

    private int weir(final String... words) throws Exception {
        return start(words).waitFor();
    }

    private String out() throws IOException {
        return Files.readString(node.folder().resolve("out"));
    }

    private String err() throws IOException {
        return Files.readString(node.folder().resolve("err"));
    }

    /** Sends to both ports once the capture's programs are in place. */
    private Thread sender(final List<Integer> usual, final int count) {
        final Thread sender =
                new Thread(
                        () -> {
                            try {
                                Await.until(() -> !programs().equals(usual), "the capture");
                                Datagrams.send(client, WEB, OPEN, count);
                                Datagrams.send(client, WEB, CLOSED, count);
                            } catch (final Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        sender.start();
        return sender;
    }

    /** Ids of the programs in the pinned links, as the kernel has them. */
    private List<Integer> programs() throws IOException {
        final List<Integer> ids = new ArrayList<>();
        try (Stream<Path> pins = Files.list(node.pinRoot().resolve("links"))) {
            for (final Path pin : pins.sorted().toList()) {
                try (KernelLink link = KernelLink.pinned(pin).orElseThrow()) {
                    ids.add(link.info().programId());
                }
            }
        }
        return ids;
    }

    private List<String> tshark(final Path file, final String... fields) throws Exception {
        final List<String> words =
                new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields"));
        for (final String field : fields) {
            words.add("-e");
            words.add(field);
        }
        final Process tshark =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        final String read = new String(tshark.getInputStream().readAllBytes());
        assertThat(tshark.waitFor()).isZero();
        return read.lines().toList();
    }

    @Test
    void shouldWriteAFileThatTsharkReadsWithTheVerdictOfEachPacket() throws Exception {
        final Path file = node.folder().resolve("web.pcapng");
        final List<Integer> usual = programs();
        assertThat(usual).isNotEmpty();
        final long before = denied();
        final Thread sender = sender(usual, 3);

        final int code =
                weir(
                        "capture",
                        "--pod",
                        "web",
                        "--protocol",
                        "udp",
                        "--direction",
                        "ingress",
                        "-c",
                        "6",
                        "-w",
                        file.toString());

        sender.join();
        assertThat(code).as(err()).isZero();
        assertThat(err()).startsWith("6 packets (end: packets); 6 passed the filter");
        assertThat(tshark(file, "ip.src", "udp.dstport", "frame.len", "frame.comment"))
                .hasSize(6)
                .startsWith(
                        "10.89.0.3\t5353\t142\tverdict=allowed reason=policy direction=ingress"
                                + " pod=default/web policy=default/p rule=ingress[0]")
                .endsWith(
                        "10.89.0.3\t5354\t142\tverdict=denied reason=no-rule direction=ingress"
                                + " pod=default/web policy=default/p");
        assertThat(tshark(file, "frame.interface_name").get(0)).isEqualTo("vethweb");
        Await.until(() -> programs().equals(usual), "the usual programs");
        assertThat(denied() - before).isEqualTo(3);
    }

    private long denied() throws IOException {
        return node.statistics("web").path("ingress").path("denied").path("packets").asLong();
    }

    @Test
    void shouldPrintALineAPacketAndEndInTime() throws Exception {
        final Thread sender = sender(programs(), 1);

        final int code = weir("capture", "--pod", "web", "--verdict", "denied", "--duration", "2s");

        sender.join();
        assertThat(code).as(err()).isZero();
        assertThat(err()).startsWith("1 packet (end: duration); 1 passed the filter");
        assertThat(out())
                .contains(" denied default/web ingress UDP 10.89.0.3:")
                .contains(" > 10.89.0.2:5354 142 B  no-rule of default/p");
    }

    @Test
    void shouldPutTheUsualProgramsBackWhenTheClientDies() throws Exception {
        final List<Integer> usual = programs();
        final Process capture = start("capture", "--duration", "1h", "-w", "-");
        Await.until(() -> !programs().equals(usual), "the capture");
        assertThat(node.agent().call("GET", "/v1/capture", "").code()).isEqualTo(409);

        capture.destroyForcibly();

        Await.until(() -> programs().equals(usual), "the usual programs");
    }

    @Test
    void shouldPutTheUsualProgramsBackWhenTheAgentIsKilledAndComesAgain() throws Exception {
        final List<Integer> usual = programs();
        final Process capture = start("capture", "--duration", "1h", "-w", "/dev/null");
        Await.until(() -> !programs().equals(usual), "the capture");
        final List<Integer> capturing = programs();

        node.agent().kill();
        node.agent().start();

        assertThat(capture.waitFor()).isEqualTo(Cli.FAILED);
        assertThat(programs()).hasSameSizeAs(usual).doesNotContainAnyElementsOf(capturing);
        assertThat(err()).contains("weir: ");
    }

    @Test
    void shouldSayThatNoContainerMatches() throws Exception {
        assertThat(weir("capture", "--pod", "nobody")).isEqualTo(Cli.FAILED);
        assertThat(err()).contains("no container matches pod=nobody");
        assertThat(weir("capture", "--port", "many")).isEqualTo(Cli.USAGE);
    }
}
