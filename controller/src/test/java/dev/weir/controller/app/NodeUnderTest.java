package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node of the test's own, as an extension: a namespace with a bridge, containers on the bridge,
 * and a real agent. After the test the agent ends first, then what it was given, the latest first.
 */
public final class NodeUnderTest implements BeforeEachCallback, AfterEachCallback {
    private static final String BRIDGE = "br0";
    private static final String POLICIES =
            "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/";

    private final Deque<AutoCloseable> given = new ArrayDeque<>();
    private Path folder;
    private Path pinRoot;
    private Netns netns;
    private AgentProcess agent;

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("weir-node-");
        closeAfterwards(() -> deleteRecursively(folder));
        pinRoot = closeAfterwards(TemporaryBpffs.mount()).pinRoot();
        netns = closeAfterwards(Netns.create());
        bridgeNetfilter(false);
        netns.run("ip", "link", "add", BRIDGE, "type", "bridge");
        withoutLinkLocal(netns, BRIDGE);
        netns.run("ip", "link", "set", BRIDGE, "up");
    }

    @Override
    public void afterEach(final ExtensionContext context) throws Exception {
        try {
            if (agent != null) {
                agent.stop();
                agent.detachAll();
            }
        } finally {
            CloseHelper.closeAll(given);
        }
    }

    private static void deleteRecursively(final Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (final Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** One that comes after the attach would be a change for the next agent. */
    private static void withoutLinkLocal(final Netns where, final String link) {
        where.run("ip", "link", "set", link, "addrgenmode", "none");
        where.run("ip", "-6", "addr", "flush", "dev", link);
    }

    /** Whether frames of bridges go through the hooks of IP; not, where the kernel cannot. */
    void bridgeNetfilter(final boolean on) {
        netns.run(
                "sh",
                "-c",
                "for f in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do"
                        + " [ ! -e $f ] || echo %d >$f; done".formatted(on ? 1 : 0));
    }

    /** Closed when the agent has ended. */
    public <T extends AutoCloseable> T closeAfterwards(final T resource) {
        given.push(resource);
        return resource;
    }

    /** Gives the node itself an address, with the length of its prefix. */
    void address(final String address) {
        netns.run("ip", "addr", "add", address, "dev", BRIDGE);
    }

    /**
     * A container on the bridge; the agent does not know of it yet.
     *
     * @param outer its interface on the node; inside it is {@code eth0}
     * @param addresses with the lengths of their prefixes
     */
    public Netns container(final String outer, final String... addresses) {
        final Netns container = closeAfterwards(Netns.create());
        container.veth(netns, outer, "eth0");
        netns.run("ip", "link", "set", outer, "master", BRIDGE);
        withoutLinkLocal(container, "eth0");
        withoutLinkLocal(netns, outer);
        for (final String address : addresses) {
            container.run("ip", "addr", "add", address, "dev", "eth0", "nodad");
        }
        return container;
    }

    /** Starts the agent with small tables, where the flags do not say otherwise. */
    public void startAgent(final String... flags) throws Exception {
        final Set<String> said =
                Arrays.stream(flags).map(NodeUnderTest::name).collect(Collectors.toSet());
        final Stream<String> small =
                AgentProcess.SMALL_TABLES.stream().filter(flag -> !said.contains(name(flag)));
        agent =
                new AgentProcess(
                        netns,
                        folder,
                        pinRoot,
                        Stream.concat(small, Arrays.stream(flags)).toList());
        agent.start();
    }

    private static String name(final String flag) {
        return flag.substring(0, flag.indexOf('='));
    }

    /** Tells the agent of a container. */
    public void attach(final Netns container, final String name) throws IOException {
        final AgentProcess.Answer answer =
                agent.call(
                        "POST",
                        "/v1/endpoints",
                        "{\"netns\":\"%s\",\"containerId\":\"%s\",\"labels\":{\"app\":\"%s\"}}"
                                .formatted(container.path(), name, name));
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(201);
    }

    /** Writes the network policy {@code p}, new or in place of the one before. */
    void policy(final String spec) throws IOException {
        final AgentProcess.Answer answer =
                agent.call(
                        "PUT",
                        POLICIES + "p",
                        """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: p, namespace: default}
                        """
                                + spec);
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(200);
    }

    /** Takes it away. */
    void deletePolicy() throws IOException {
        assertThat(agent.call("DELETE", POLICIES + "p", "").code()).isEqualTo(200);
    }

    /** What the agent answers to GET. */
    public JsonNode get(final String path) throws IOException {
        final AgentProcess.Answer answer = agent.call("GET", path, "");
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /** What is counted of a container. */
    JsonNode statistics(final String container) throws IOException {
        final JsonNode all = get("/v1/stats/containers").path("items");
        for (final JsonNode each : all) {
            if (each.path("containerId").asText().equals(container)) {
                return each;
            }
        }
        throw new AssertionError("no " + container + " in " + all);
    }

    public AgentProcess agent() {
        return agent;
    }

    /** Its network namespace. */
    public Netns netns() {
        return netns;
    }

    /** A folder of the test's own, with the agent's files in it. */
    Path folder() {
        return folder;
    }

    /** Where the agent pins. */
    Path pinRoot() {
        return pinRoot;
    }
}
