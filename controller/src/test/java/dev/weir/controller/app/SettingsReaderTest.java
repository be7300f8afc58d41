package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.shield.ShieldMode;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SettingsReaderTest {
    @Test
    void shouldHaveTheDefaultsOfTheDatapath() {
        final AgentSettings defaults = AgentSettings.defaults();

        assertThat(defaults.tables()).isEqualTo(TableSizes.defaults());
        assertThat(defaults.tables().flowsPerCpu()).isEqualTo(TableSizes.AUTO);
        assertThat(defaults.timeouts()).isEqualTo(Timeouts.defaults());
        assertThat(defaults.socket()).isEqualTo(Path.of("/run/weir/weir.sock"));
        assertThat(defaults.listen().address()).isEmpty();
        assertThat(defaults.hostPolicy()).isFalse();
        assertThat(defaults.attachAll()).isFalse();
    }

    @Test
    void shouldReadFileAndLetFlagsWin() {
        final AgentSettings settings =
                new SettingsReader()
                        .read(
                                "weir.yaml",
                                """
                                nodeName: from-file
                                attach: clsact
                                attachTo: all-veths
                                hostTraffic: policy
                                xdp: {mode: off, threshold: 1000}
                                listen: {address: "[::1]:9443"}
                                cni: {conflists: [/etc/cni/net.d/a.conflist, /b.conflist]}
                                timeouts: {tcpSyn: 5s, tcpEstablished: 2h}
                                """,
                                Map.of(Setting.NODE_NAME, "from-flag"));

        assertThat(settings.nodeName()).isEqualTo("from-flag");
        assertThat(settings.attach()).isEqualTo(AttachMode.CLSACT);
        assertThat(settings.attachAll()).isTrue();
        assertThat(settings.hostPolicy()).isTrue();
        assertThat(settings.xdp().mode()).isEqualTo(ShieldMode.OFF);
        assertThat(settings.xdp().packetsPerSecond()).isEqualTo(1_000);
        assertThat(settings.listen().address()).contains(new InetSocketAddress("::1", 9443));
        assertThat(settings.conflists())
                .containsExactly(Path.of("/etc/cni/net.d/a.conflist"), Path.of("/b.conflist"));
        assertThat(settings.timeouts().tcpSyn()).isEqualTo(5_000);
        assertThat(settings.timeouts().tcpEstablished()).isEqualTo(7_200_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sockt: /x | weir.yaml: sockt: unknown key (expected: attach, attachTo, bpffs",
                "socket: relative | weir.yaml: socket: relative (expected: an absolute path)",
                "xdp: {mode: maybe} | xdp.mode: maybe (expected: one of auto, native, generic, off)",
                "xdp: native | xdp: \"native\" (expected: calm, interval, mode, threshold)",
                "tables: {policy: many} | tables.policy: many (expected: a whole number from 1024",
                "tables: {policy: 1.5} | tables.policy: 1.5 (expected: a whole number",
                "tables: {flowsPerCpu: 5000} | tables.flowsPerCpu: 5000 (expected: a power of two)",
                "tables: {flowsPerCpu: many} | tables.flowsPerCpu: many (expected: auto or a whole",
                "tables: {flowsPerCpu: 0} | tables.flowsPerCpu: 0 (expected: auto or a whole number",
                "tables: {events: 4MB} | tables.events: 4MB (expected: a positive number with B, KiB",
                "timeouts: {udp: 30} | timeouts.udp: 30 (expected: a positive number with ms, s, m",
                "attach: [tcx] | attach: [\"tcx\"] (expected: one of auto, tcx, clsact)",
                "listen: {address: nine} | listen.address: nine (expected: host:port",
                "cni: {conflists: [/a, b]} | cni.conflists: /a,b (expected: absolute paths, separated",
                "cni: {conflists: [{}]} | cni.conflists: [{}] (expected: absolute paths, separated",
                "flows: {sweep: 1ms} | flows.sweep: 1ms (expected: at least 10ms)",
                "- a | weir.yaml: ARRAY (expected: key: value lines)",
                "a: {b | weir.yaml line 1",
                "attach: tcx\\nattach: clsact | attach"
            })
    void shouldNameTheKeyAndWhatIsAllowed(final String yaml, final String message) {
        assertThatThrownBy(
                        () ->
                                new SettingsReader()
                                        .read("weir.yaml", yaml.replace("\\n", "\n"), Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldReportEveryProblemAtOnce() {
        assertThatThrownBy(
                        () ->
                                new SettingsReader()
                                        .read(
                                                "weir.yaml",
                                                "a: 1\nxdp: {mode: x}\n",
                                                Map.of(Setting.ATTACH, "y")))
                .hasMessageContaining("a: unknown key")
                .hasMessageContaining("xdp.mode: x")
                .hasMessageContaining("--attach: y");
    }

    @Test
    void shouldHaveAFlagForEverySetting(@TempDir final Path directory) throws Exception {
        final Path file = Files.writeString(directory.resolve("weir.yaml"), "nodeName: n2\n");

        final AgentSettings settings =
                AgentMain.settings(
                        new CommandLine(AgentMain.flags())
                                .parseArgs(
                                        "--config",
                                        file.toString(),
                                        "--xdp=off",
                                        "--tables-flows-per-cpu",
                                        "2048",
                                        "--flows-sweep",
                                        "250ms"));

        assertThat(settings.nodeName()).isEqualTo("n2");
        assertThat(settings.xdp().mode()).isEqualTo(ShieldMode.OFF);
        assertThat(settings.tables().flowsPerCpu()).isEqualTo(2_048);
        assertThat(settings.flows().sweep()).isEqualTo(Duration.ofMillis(250));
        assertThat(AgentMain.flags().options()).hasSize(Setting.values().length + 3);
    }

    @Test
    void shouldSayThatRootIsNeeded(@TempDir final Path directory) throws Exception {
        final Path status =
                Files.writeString(
                        directory.resolve("status"), "Name:\tx\nUid:\t1000\t1000\t1000\t0\n");

        assertThatThrownBy(() -> Preconditions.isRoot(status))
                .isInstanceOf(StartException.class)
                .hasMessage("user: 1000 (expected: root; try sudo weir agent)");
    }
}
