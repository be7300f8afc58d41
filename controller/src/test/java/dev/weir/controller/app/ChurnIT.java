package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers come and go, with the agent killed in between, and leave nothing behind. {@code
 * -Dtests.containers=1000} for more of them.
 */
@KernelTest
class ChurnIT {
    private static final int CONTAINERS = Integer.getInteger("tests.containers", 200);
    private static final int BATCH = 25;

    @RegisterExtension private final TemporaryBpffs bpffs = new TemporaryBpffs();
    @TempDir private Path folder;
    private Netns node;
    private Containers containers;
    private AgentProcess agent;

    @BeforeEach
    void makeANode() throws Exception {
        node = Netns.create();
        containers = new Containers(node);
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
            remove(containers.alive());
            node.close();
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenContainersComeAndGoAndTheAgentIsKilled() throws Exception {
        add(Containers.range(0, BATCH));
        awaitAttached();
        remove(Containers.range(0, BATCH));
        awaitAttached();
        final Held before = Held.by(agent);
        final long heapBefore = agent.heapKilobytes();

        final int half = CONTAINERS / 2;
        add(Containers.range(0, half));
        agent.kill(); // while it attaches
        remove(Containers.range(0, half / 2));
        agent.start();
        awaitAttached();
        add(Containers.range(half, CONTAINERS));
        awaitAttached();
        assertThat(Held.by(agent).pins()).hasSizeGreaterThan(before.pins().size() + CONTAINERS);
        remove(Containers.range(half / 2, half));
        agent.kill(); // while it hears of them
        remove(Containers.range(half, half + half / 2));
        add(Containers.range(0, BATCH));
        agent.start();
        awaitAttached();
        remove(containers.alive());
        awaitAttached();

        Held.await(agent, before);
        assertThat(agent.heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    @Test
    void shouldHoldNoMoreAfterManyContainersThanBefore() throws Exception {
        add(Containers.range(0, BATCH));
        awaitAttached();
        remove(Containers.range(0, BATCH));
        awaitAttached();
        final Held before = Held.by(agent);
        final long heapBefore = agent.heapKilobytes();

        for (int from = 0; from < CONTAINERS; from += 4 * BATCH) {
            add(Containers.range(from, from + 4 * BATCH));
            awaitAttached();
            remove(containers.alive());
            awaitAttached();
        }

        Held.await(agent, before);
        assertThat(agent.heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    private void add(final List<Integer> numbers) throws Exception {
        containers.make(numbers);
        containers.configure(numbers);
    }

    private void remove(final List<Integer> numbers) {
        containers.remove(numbers);
    }

    /** The endpoints are those that live, by their host side. */
    private void awaitAttached() throws Exception {
        final TreeSet<String> wanted = new TreeSet<>();
        containers.alive().forEach(number -> wanted.add(Containers.hostInterface(number)));
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
}
