package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containers come and go, with the agent killed in between, and leave nothing behind. {@code
 * -Dtests.containers=1000} for more of them.
 */
@KernelTest
class ChurnIT {
    private static final int CONTAINERS = Integer.getInteger("tests.containers", 200);
    private static final int BATCH = 25;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Containers containers;
    private AgentProcess agent;

    @BeforeEach
    void makeANode() throws Exception {
        containers = node.closeAfterwards(new Containers(node.netns()));
        node.startAgent(
                "--attach-to=all-veths",
                "--tables-endpoints=4096",
                "--tables-flows-per-cpu=1024",
                "--tables-peers=8192");
        agent = node.agent();
    }

    @Test
    void shouldLeaveNothingBehindWhenContainersComeAndGoAndTheAgentIsKilled() throws Exception {
        containers.make(Containers.range(0, BATCH));
        awaitAttached();
        containers.remove(Containers.range(0, BATCH));
        awaitAttached();
        final Held before = Held.settled(agent);
        final long heapBefore = agent.heapKilobytes();

        final int half = CONTAINERS / 2;
        containers.make(Containers.range(0, half));
        agent.kill(); // while it attaches
        containers.remove(Containers.range(0, half / 2));
        agent.start();
        awaitAttached();
        containers.make(Containers.range(half, CONTAINERS));
        awaitAttached();
        assertThat(Held.by(agent).pins()).hasSizeGreaterThan(before.pins().size() + CONTAINERS);
        containers.remove(Containers.range(half / 2, half));
        agent.kill(); // while it hears of them
        containers.remove(Containers.range(half, half + half / 2));
        containers.make(Containers.range(0, BATCH));
        agent.start();
        awaitAttached();
        containers.remove(containers.alive());
        awaitAttached();

        Held.await(agent, before);
        assertThat(agent.heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    @Test
    void shouldHoldNoMoreAfterManyContainersThanBefore() throws Exception {
        containers.make(Containers.range(0, BATCH));
        awaitAttached();
        containers.remove(Containers.range(0, BATCH));
        awaitAttached();
        final Held before = Held.settled(agent);
        final long heapBefore = agent.heapKilobytes();

        for (int from = 0; from < CONTAINERS; from += 4 * BATCH) {
            containers.make(Containers.range(from, from + 4 * BATCH));
            awaitAttached();
            containers.remove(containers.alive());
            awaitAttached();
        }

        Held.await(agent, before);
        assertThat(agent.heapKilobytes()).as("KiB in use").isLessThan(heapBefore + 4_096);
    }

    /** The endpoints are those that live, by their host side. */
    private void awaitAttached() throws Exception {
        final TreeSet<String> wanted = new TreeSet<>();
        containers.alive().forEach(number -> wanted.add(Containers.hostInterface(number)));
        Await.until(
                () -> {
                    final TreeSet<String> there = new TreeSet<>();
                    for (final JsonNode each : node.get("/v1/endpoints").path("items")) {
                        there.add(each.path("interface").asText());
                    }
                    return there.equals(wanted);
                },
                "endpoints to be those that live");
    }
}
