package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers come and go, with the agent killed in between, and leave nothing behind. A BPF object
 * lives by a descriptor, a pin or an interface; interfaces go with the containers, the others are
 * compared. {@code -Dtests.containers=1000} for more of them.
 */
@KernelTest
class ChurnIT {
    private static final int CONTAINERS = Integer.getInteger("tests.containers", 200);
    private static final int BATCH = 25;
    private static final Pattern USED = Pattern.compile("total [0-9]+K, used ([0-9]+)K");

    @RegisterExtension private final TemporaryBpffs bpffs = new TemporaryBpffs();
    @TempDir private Path folder;
    private final String prefix = Netns.uniqueName("wc");
    private final TreeSet<Integer> alive = new TreeSet<>();
    private Netns node;
    private AgentProcess agent;

    @BeforeEach
    void makeANode() throws Exception {
        node = Netns.create();
        agent =
                new AgentProcess(
                        node,
                        folder,
                        bpffs.pinRoot(),
                        List.of(
                                "--attach-to=all-veths",
                                "--tables-endpoints=4096",
                                "--tables-conntrack=4096",
                                "--tables-flows-per-cpu=1024",
                                "--tables-policy=4096",
                                "--tables-peers=8192"));
        agent.start();
    }

    @AfterEach
    void removeTheNode() throws Exception {
        try {
            agent.stop();
            agent.detachAll();
        } finally {
            remove(List.copyOf(alive));
            node.close();
        }
    }

    /** What the agent holds and what is kept for it. */
    private record Held(
            Map<String, Integer> descriptors, TreeSet<String> pins, Map<String, Integer> tables) {}

    @Test
    void shouldLeaveNothingBehindWhenContainersComeAndGoAndTheAgentIsKilled() throws Exception {
        add(range(0, BATCH));
        awaitAttached();
        remove(range(0, BATCH));
        awaitAttached();
        final Held before = held();
        final long heapBefore = heapKilobytes();

        final int half = CONTAINERS / 2;
        add(range(0, half));
        agent.kill(); // while it attaches
        remove(range(0, half / 2));
        agent.start();
        awaitAttached();
        add(range(half, CONTAINERS));
        awaitAttached();
        assertThat(held().pins()).hasSizeGreaterThan(before.pins().size() + CONTAINERS);
        remove(range(half / 2, half));
        agent.kill(); // while it hears of them
        remove(range(half, half + half / 2));
        add(range(0, BATCH));
        agent.start();
        awaitAttached();
        remove(List.copyOf(alive));
        awaitAttached();

        awaitHeld(before);
        assertThat(heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    @Test
    void shouldHoldNoMoreAfterManyContainersThanBefore() throws Exception {
        add(range(0, BATCH));
        awaitAttached();
        remove(range(0, BATCH));
        awaitAttached();
        final Held before = held();
        final long heapBefore = heapKilobytes();

        for (int from = 0; from < CONTAINERS; from += 4 * BATCH) {
            add(range(from, from + 4 * BATCH));
            awaitAttached();
            remove(List.copyOf(alive));
            awaitAttached();
        }

        awaitHeld(before);
        assertThat(heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    private static List<Integer> range(final int from, final int to) {
        return Stream.iterate(from, each -> each + 1).limit(to - from).toList();
    }

    private void add(final List<Integer> numbers) {
        final String commands =
                """
                ip netns add $p$i
                ip -n $node link add v$i type veth peer name eth0 netns $p$i
                ip -n $p$i addr add 10.$((100 + i / 250)).0.$((i % 250 + 1))/8 dev eth0
                ip -n $p$i link set eth0 up
                ip -n $node link set v$i up
                """;
        alive.addAll(numbers);
        Netns.make(namespaces(numbers), () -> inBatches(numbers, commands));
    }

    private void remove(final List<Integer> numbers) {
        inBatches(numbers, "ip netns delete $p$i\n");
        Netns.removed(namespaces(numbers));
        numbers.forEach(alive::remove);
    }

    private List<String> namespaces(final List<Integer> numbers) {
        return numbers.stream().map(number -> prefix + number).toList();
    }

    private void inBatches(final List<Integer> numbers, final String commands) {
        for (int from = 0; from < numbers.size(); from += BATCH) {
            final StringBuilder script = new StringBuilder("set -e\nfor i in");
            numbers.subList(from, Math.min(from + BATCH, numbers.size()))
                    .forEach(number -> script.append(' ').append(number));
            script.append("; do\n").append(commands).append("done\n");
            Netns.host("env", "p=" + prefix, "node=" + node.name(), "sh", "-c", script.toString());
        }
    }

    /** The endpoints are those that live, by their host side. */
    private void awaitAttached() throws Exception {
        final TreeSet<String> wanted = new TreeSet<>();
        alive.forEach(number -> wanted.add("v" + number));
        Await.until(
                () -> {
                    final TreeSet<String> there = new TreeSet<>();
                    for (final JsonNode each :
                            agent.call("GET", "/v1/endpoints", "").body().path("items")) {
                        there.add(each.path("interface").asText());
                    }
                    return there.equals(wanted);
                },
                "endpoints to be those that live");
    }

    /** Descriptors of requests and sweeps come and go: what stays is compared. */
    private void awaitHeld(final Held before) throws Exception {
        try {
            Await.until(() -> held().equals(before), "nothing more to be held");
        } catch (final AssertionError e) {
            assertThat(held()).isEqualTo(before);
        }
    }

    private Held held() throws IOException {
        final Map<String, Integer> descriptors = new TreeMap<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/" + agent.pid() + "/fd"))) {
            for (final Path each : all.toList()) {
                kind(each).ifPresent(kind -> descriptors.merge(kind, 1, Integer::sum));
            }
        }
        final TreeSet<String> pins = new TreeSet<>();
        try (Stream<Path> all = Files.walk(bpffs.pinRoot())) {
            all.forEach(each -> pins.add(bpffs.pinRoot().relativize(each).toString()));
        }
        final Map<String, Integer> tables = new TreeMap<>();
        for (final JsonNode table : agent.call("GET", "/v1/status", "").body().path("tables")) {
            if (table.path("name").asText().matches("weir_(endpoints|interfaces|peers.*|policy)")) {
                tables.put(table.path("name").asText(), table.path("entries").asInt());
            }
        }
        assertThat(tables).isNotEmpty();
        assertThat(descriptors).containsKey("anon_inode:bpf-map");
        return new Held(descriptors, pins, tables);
    }

    /** What BPF, namespaces and netlink cost; not the files and pipes of the runtime. */
    private static Optional<String> kind(final Path descriptor) {
        try {
            final String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("anon_inode:") || target.startsWith("net:")
                    ? Optional.of(target)
                    : Optional.empty();
        } catch (final IOException e) {
            return Optional.empty(); // closed since it was listed
        }
    }

    /** Java's heap after a collection. */
    private long heapKilobytes() {
        final String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        final String pid = Long.toString(agent.pid());
        Netns.host(jcmd, pid, "GC.run");
        final Matcher used = USED.matcher(Netns.host(jcmd, pid, "GC.heap_info"));
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
        }
        assertThat(sum).isPositive();
        return sum;
    }
}
