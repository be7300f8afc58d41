package dev.weir.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code install.sh} below a folder: nothing of this machine is touched. */
class InstallTest {
    private static final String NETWORK =
            "{\n  \"name\": \"web\",\n  \"plugins\": [\n    { \"type\": \"bridge\" }\n  ]\n}\n";
    private static final String ENTRY =
            "{ \"type\": \"weir-cni\", \"socket\": \"/run/weir/weir.sock\" }";

    private static final String KEPT = "\n  conflists: [/etc/cni/net.d/10-web.conflist]\n";

    @TempDir Path folder;
    private Path root;
    private Path tools;

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        tools = Files.createDirectory(folder.resolve("tools"));
        Files.createDirectories(root.resolve("etc/cni/net.d"));
    }

    @Test
    void shouldChainInTheConflistWhereDropInsAreNotRead() throws Exception {
        runtime("containerd of old");
        final Path network = network();
        Files.createDirectories(root.resolve("etc/containerd"));
        Files.writeString(
                root.resolve("etc/containerd/config.toml"), "   bin_dir = \"/usr/lib/cni\"\n");
        final List<String> before = tree();

        assertThat(install().exitCode()).isZero();

        assertThat(Files.readString(network)).contains(ENTRY);
        assertThat(settings()).contains(KEPT);
        assertThat(root.resolve("opt/cni/bin/weir-cni")).isExecutable();
        assertThat(root.resolve("usr/lib/cni/weir-cni")).isExecutable();
        assertThat(root.resolve("etc/systemd/system/weir.service"))
                .content()
                .contains("ExecStart=/usr/local/bin/weir agent --config /etc/weir/weir.yaml\n");
        assertThat(
                        Shell.run(
                                        folder,
                                        Map.of(),
                                        List.of(root + "/usr/local/bin/weir", "version"))
                                .out())
                .startsWith("weir ");

        assertThat(install("--uninstall").exitCode()).isZero();

        assertThat(Files.readString(network)).isEqualTo(NETWORK);
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void shouldChainByDropInWhereTheRuntimeReadsThose() throws Exception {
        runtime("containerd that knows loadOnlyInlinedPlugins");
        final Path network = network();

        assertThat(install().exitCode()).isZero();

        assertThat(root.resolve("etc/cni/net.d/web/90-weir.conf")).hasContent(ENTRY);
        assertThat(Files.readString(network)).isEqualTo(NETWORK);
        assertThat(settings()).contains("\n  conflists: []\n");
        assertThat(install("--uninstall").exitCode()).isZero();
        assertThat(root.resolve("etc/cni/net.d/web")).doesNotExist();
    }

    @Test
    void shouldMoveFromTheConflistToADropInWhenTheRuntimeLearnsThem() throws Exception {
        runtime("containerd of old");
        final Path network = network();
        assertThat(install().exitCode()).isZero();
        runtime("containerd that knows loadOnlyInlinedPlugins");

        assertThat(install().exitCode()).isZero();

        assertThat(settings()).contains("\n  conflists: []\n");
        assertThat(Files.readString(network)).isEqualTo(NETWORK);
        assertThat(root.resolve("etc/cni/net.d/web/90-weir.conf")).hasContent(ENTRY);
    }

    @Test
    void shouldAddTheNetworksFileToSettingsThatKnowNoneYet() throws Exception {
        runtime("containerd of old");
        network();
        Files.createDirectories(root.resolve("etc/weir"));
        for (final String earlier :
                List.of("attach: tcx\n", "cni:\nattach: tcx\n", "cni:\n  conflists: [/x]\n")) {
            Files.writeString(root.resolve("etc/weir/weir.yaml"), earlier);

            assertThat(install().exitCode()).isZero();

            assertThat(settings().lines())
                    .containsAll(
                            earlier.lines().filter(line -> !line.contains("conflists")).toList())
                    .containsOnlyOnce("cni:")
                    .containsOnlyOnce(
                            earlier.contains("/x")
                                    ? "  conflists: [/x, /etc/cni/net.d/10-web.conflist]"
                                    : KEPT.strip().indent(2).stripTrailing());
        }
    }

    @Test
    void shouldUpgradeAndKeepSettingsThatWereEdited() throws Exception {
        final Path network = network();
        final Path settings = root.resolve("etc/weir/weir.yaml");
        assertThat(install().exitCode()).isZero();
        final String chained = Files.readString(network);
        Files.writeString(settings, Files.readString(settings).replace("weir.sock", "other.sock"));
        final String edited = Files.readString(settings);

        assertThat(install().out()).contains("kept, for it was edited");

        assertThat(Files.readString(settings)).isEqualTo(edited);
        assertThat(Files.readString(network)).isEqualTo(chained.replace("weir.sock", "other.sock"));
        assertThat(install("--uninstall").out()).contains("keeping " + settings);
        assertThat(settings).hasContent(edited);
        assertThat(install().exitCode()).isZero();
        assertThat(install("--uninstall", "--purge").exitCode()).isZero();
        assertThat(root.resolve("etc/weir")).doesNotExist();
    }

    @Test
    void shouldTakeBackEveryStepWhenOneFails() throws Exception {
        network();
        Files.createDirectories(root.resolve("etc/systemd"));
        Files.writeString(root.resolve("etc/systemd/system"), "in the way");
        final List<String> before = tree();

        final Shell.Outcome outcome = install();

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).endsWith("install: failed; taking back what was done\n");
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void shouldGoBackToTheInstalledBuildWhenAnUpgradeFails() throws Exception {
        final Path network = network();
        assertThat(install().exitCode()).isZero();
        final List<String> before = tree();
        Files.writeString(network, "{ \"name\": \"web\" }");

        final Shell.Outcome unreadable = install();

        assertThat(unreadable.exitCode()).isEqualTo(1);
        assertThat(unreadable.err()).contains(network.toString());
        Files.delete(root.resolve("etc/systemd/system/weir.service"));
        Files.createDirectories(root.resolve("etc/systemd/system/weir.service/in-the-way"));
        Files.writeString(network, NETWORK);
        assertThat(install().exitCode()).isEqualTo(1);
        Files.delete(root.resolve("etc/systemd/system/weir.service/in-the-way"));
        Files.delete(root.resolve("etc/systemd/system/weir.service"));
        assertThat(tree()).isSubsetOf(before);
        assertThat(install().exitCode()).isZero();
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() throws Exception {
        assertThat(install("--bogus").exitCode()).isEqualTo(2);
        assertThat(install("--network").err()).contains("--network: needs a value");
        assertThat(install("--network", "none").err())
                .contains("--network: none (expected: the name of a network in");
        assertThat(install("--build", folder + "/none").err())
                .contains(folder + "/none: not found (expected: a build; run mvn");
        assertThat(install("--prefix", "here").err()).contains("expected: an absolute path");
        assertThat(tree()).doesNotContain("usr/local/bin/weir");
    }

    @Test
    void shouldUninstallWhatIsNotThere() throws Exception {
        assertThat(install("--uninstall").exitCode()).isZero();
    }

    private String settings() throws IOException {
        return Files.readString(root.resolve("etc/weir/weir.yaml"));
    }

    private Path network() throws IOException {
        return Files.writeString(root.resolve("etc/cni/net.d/10-web.conflist"), NETWORK);
    }

    /** A containerd whose binary holds this text. */
    private void runtime(final String text) throws IOException {
        final Path file = Files.writeString(tools.resolve("containerd"), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Shell.Outcome install(final String... options)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Shell.ROOT + "/install.sh");
        command.addAll(List.of("--root", root.toString()));
        command.addAll(List.of(options));
        return Shell.run(folder, Map.of("PATH", tools + ":" + System.getenv("PATH")), command);
    }

    /** Every file below the root; empty folders do not count. */
    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(each -> !Files.isDirectory(each))
                    .map(each -> root.relativize(each).toString())
                    .sorted()
                    .toList();
        }
    }
}
