package dev.weir.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
    private static final String ID = "0123456789abcdef".repeat(4);

    @TempDir private Path proc;
    private ProcessTable table;

    @BeforeEach
    void makeATable() {
        table = new ProcessTable(proc);
    }

    private void process(
            final int pid,
            final int parent,
            final long netns,
            final String cgroup,
            final String... argv)
            throws IOException {
        final Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.createDirectory(folder.resolve("ns"));
        Files.createSymbolicLink(folder.resolve("ns/net"), Path.of("net:[" + netns + "]"));
        Files.writeString(folder.resolve("comm"), argv[0] + "\n");
        Files.writeString(folder.resolve("stat"), pid + " (a) b) S " + parent + " 1 2\n");
        Files.writeString(folder.resolve("cmdline"), String.join("\0", argv) + "\0");
        Files.writeString(folder.resolve("cgroup"), cgroup);
    }

    private static TreeSet<Integer> pids(final Integer... pids) {
        return new TreeSet<>(List.of(pids));
    }

    @Test
    void shouldSortProcessesByNamespaceAndPassOverTheGone() throws IOException {
        process(12, 1, 7, "0::/\n", "b");
        process(9, 1, 7, "0::/\n", "a");
        process(10, 1, 8, "0::/\n", "c");
        Files.createDirectories(proc.resolve("11"));
        Files.createDirectories(proc.resolve("sys"));

        assertThat(table.namespaces()).hasSize(2).containsEntry(7L, pids(9, 12));
    }

    @Test
    void shouldReadMountedNamespacesWithTheirEscapes() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(
                proc.resolve("self/mountinfo"),
                """
                22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
                90 22 0:4 net:[4026532300] /run/netns/a\\040b rw shared:5 - nsfs nsfs rw
                91 22 0:4 net:[4026532300] /var/run/netns/a rw shared:5 - nsfs nsfs rw
                92 22 0:4 mnt:[4026532301] /run/snapd/ns/x.mnt rw - nsfs nsfs rw
                """);

        assertThat(table.mounts())
                .hasSize(1)
                .containsEntry(4_026_532_300L, Path.of("/run/netns/a b"));
    }

    @Test
    void shouldSayWhoLivesThereByTheFirstProcessWhoseCgroupTells() throws IOException {
        process(5, 1, 7, "0::/user.slice\n", "sh");
        process(6, 5, 7, "12:cpu:/\n1:name=systemd:/docker/" + ID + "\n0::/\n", "nginx");

        assertThat(table.owner(pids(5, 6)))
                .isEqualTo(new Owner(2, List.of(5, 6), "sh", "/docker/" + ID, "docker", ID));
    }

    @Test
    void shouldAskTheShimWhereThePathHasNoForm() throws IOException {
        process(
                4,
                1,
                1,
                "0::/\n",
                "/usr/bin/containerd-shim-runc-v2",
                "-namespace",
                "default",
                "-id",
                "web");
        process(5, 4, 7, "0::/default/web\n", "sleep");
        process(6, 5, 8, "0::/default/web\n", "sleep");

        assertThat(table.owner(pids(5)))
                .isEqualTo(new Owner(1, List.of(5), "sleep", "/default/web", "containerd", "web"));
        assertThat(table.owner(pids(6)).containerId()).as("a grandchild").isEmpty();
    }

    @Test
    void shouldTellDockersShimFromContainerds() throws IOException {
        process(4, 1, 1, "0::/\n", "containerd-shim-runc-v2", "-namespace", "moby", "-id", ID);
        process(5, 4, 7, "0::/own/" + ID + "\n", "sleep");

        assertThat(table.owner(pids(5)).runtime()).isEqualTo("docker");
    }

    private void began(final int pid, final int parent, final long ticks) throws IOException {
        final Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(
                folder.resolve("stat"),
                pid + " (a) b) S " + parent + " 1".repeat(17) + " " + ticks + " 2 3\n");
    }

    @Test
    void shouldHaveParentsBeforeTheirChildrenAlsoWhereTheNumbersAreTheWrongWay()
            throws IOException {
        began(40, 1, 100);
        began(30, 40, 100);
        began(20, 30, 100);
        began(50, 20, 90);
        Files.createDirectories(proc.resolve("60"));

        assertThat(table.parentsFirst(pids(20, 30, 40, 50, 60))).containsExactly(40, 30, 20, 50);
    }

    @Test
    void shouldHaveOrphansInTheOrderInWhichTheyBegan() throws IOException {
        began(7, 1, 300);
        began(8, 1, 200);
        began(9, 4, 250);

        assertThat(table.parentsFirst(pids(7, 8, 9))).containsExactly(8, 9, 7);
    }

    @Test
    void shouldShowSocketsAmongDescriptorsAsLongAsTheyAreWanted() throws IOException {
        process(5, 1, 7, "0::/\n", "nginx");
        final Path links = Files.createDirectory(proc.resolve("5/fd"));
        Files.createSymbolicLink(links.resolve("0"), Path.of("anon_inode:[eventpoll]"));
        Files.createSymbolicLink(links.resolve("1"), Path.of("pipe:[31]"));
        Files.createSymbolicLink(links.resolve("6"), Path.of("socket:[33]"));
        Files.createSymbolicLink(links.resolve("8"), Path.of("socket:[34]"));
        final Map<Integer, Long> all = new TreeMap<>();
        final Map<Integer, Long> one = new TreeMap<>();

        table.sockets(5, (fd, inode) -> all.put(fd, inode) == null);
        table.sockets(5, (fd, inode) -> one.put(fd, inode) != null);
        table.sockets(6, (fd, inode) -> one.put(fd, inode) == null);

        assertThat(all).isEqualTo(Map.of(6, 33L, 8, 34L));
        assertThat(one).hasSize(1);
        assertThat(table.comm(5)).isEqualTo("nginx".getBytes(StandardCharsets.UTF_8));
        assertThat(table.comm(6)).isEmpty();
        assertThat(table.isIn(5, 7)).isTrue();
        assertThat(table.isIn(5, 8)).isFalse();
        assertThat(table.isIn(6, 7)).isFalse();
    }

    @Test
    void shouldSayWhetherCgroupsGiveSocketsClasses() throws IOException {
        assertThat(table.hasNetworkClasses()).as("no cgroups").isFalse();
        cgroups("net_cls 0 40 1", "net_prio 0 40 1", "memory 4 40 1");
        assertThat(table.hasNetworkClasses()).as("none of cgroup v1").isFalse();
        cgroups("net_cls 3 1 1", "net_prio 3 1 1");
        assertThat(table.hasNetworkClasses()).as("all in one").isFalse();
        cgroups("net_cls 0 1 1", "net_prio 3 2 1");
        assertThat(table.hasNetworkClasses()).isTrue();
    }

    private void cgroups(final String... lines) throws IOException {
        Files.writeString(
                proc.resolve("cgroups"),
                "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
                        + String.join("\n", lines).replace(' ', '\t')
                        + "\n");
    }

    @Test
    void shouldBeNobodysWhenAllHaveGone() {
        assertThat(table.owner(pids())).isEqualTo(Owner.NONE);
        assertThat(table.owner(pids(3))).isEqualTo(new Owner(1, List.of(3), "", "", "", ""));
    }

    @Test
    void shouldShowNoMorePidsThanItSays() throws IOException {
        final TreeSet<Integer> many = new TreeSet<>();
        for (int pid = 1; pid <= 100; pid++) {
            many.add(pid);
        }

        final Owner owner = table.owner(many);

        assertThat(owner.processes()).isEqualTo(100);
        assertThat(owner.pids()).hasSize(Owner.MOST_PIDS);
    }
}
