package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node with two containers, {@code web} and {@code client}, and a real agent when a test wants.
 */
final class ProcessNode {
    static final String NODE = "10.89.0.1";
    static final String WEB = "10.89.0.2";

    private final Path folder;
    private final Path pinRoot;
    private final Netns node = Netns.create();
    private final Netns web = Netns.create();
    private final Netns client = Netns.create();
    private AgentProcess agent;

    /**
     * Makes it; no agent runs yet.
     *
     * @param folder for the agent's files
     */
    ProcessNode(final Path folder, final Path pinRoot) {
        this.folder = folder;
        this.pinRoot = pinRoot;
        node.run("ip", "link", "add", "br0", "type", "bridge");
        node.run("ip", "link", "set", "br0", "up");
        node.run("ip", "addr", "add", NODE + "/24", "dev", "br0");
        connect(web, "vethweb", WEB);
        connect(client, "vethcli", "10.89.0.3");
    }

    private void connect(final Netns container, final String outer, final String address) {
        container.veth(node, outer, "eth0");
        node.run("ip", "link", "set", outer, "master", "br0");
        container.run("ip", "addr", "add", address + "/24", "dev", "eth0");
    }

    Netns node() {
        return node;
    }

    Netns web() {
        return web;
    }

    Netns client() {
        return client;
    }

    AgentProcess agent() {
        return agent;
    }

    /** Starts the agent, which then has both containers. */
    void startAgent(final String... more) throws Exception {
        agent =
                new AgentProcess(
                        node,
                        folder,
                        pinRoot,
                        Stream.concat(AgentProcess.SMALL_TABLES.stream(), List.of(more).stream())
                                .toList());
        agent.start();
        attach(client, "client");
        attach(web, "web");
    }

    private void attach(final Netns container, final String name) throws IOException {
        final AgentProcess.Answer answer =
                agent.call(
                        "POST",
                        "/v1/endpoints",
                        "{\"netns\":\"%s\",\"containerId\":\"%s\",\"labels\":{\"app\":\"%s\"}}"
                                .formatted(container.path(), name, name));
        assertThat(answer.code()).as(answer.body().toString()).isEqualTo(201);
    }

    /** The first one; null if there is none. */
    JsonNode flow(final String query) throws IOException {
        return agent.call("GET", "/v1/flows?" + query, "").body().path("items").get(0);
    }

    JsonNode status() throws IOException {
        return agent.call("GET", "/v1/status", "").body();
    }

    /** What status says of processes. */
    JsonNode figures() throws IOException {
        return status().path("processes");
    }

    /** Takes all of it away, and what its agent left in the kernel. */
    void remove() throws Exception {
        try {
            if (agent != null) {
                agent.stop();
                agent.detachAll();
            }
        } finally {
            client.close();
            web.close();
            node.close();
        }
    }
}
