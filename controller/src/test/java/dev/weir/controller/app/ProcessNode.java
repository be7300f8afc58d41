package dev.weir.controller.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A node with two containers, {@code web} and {@code client}, which the agent has once it runs. */
final class ProcessNode implements BeforeEachCallback, AfterEachCallback {
    static final String NODE = "10.89.0.1";
    static final String WEB = "10.89.0.2";

    private final NodeUnderTest node = new NodeUnderTest();
    private Netns web;
    private Netns client;

    @Override
    public void beforeEach(final ExtensionContext context) throws IOException {
        node.beforeEach(context);
        node.address(NODE + "/24");
        web = node.container("vethweb", WEB + "/24");
        client = node.container("vethcli", "10.89.0.3/24");
    }

    @Override
    public void afterEach(final ExtensionContext context) throws Exception {
        node.afterEach(context);
    }

    Netns node() {
        return node.netns();
    }

    Netns web() {
        return web;
    }

    Netns client() {
        return client;
    }

    AgentProcess agent() {
        return node.agent();
    }

    /** A folder of the test's own. */
    Path folder() {
        return node.folder();
    }

    /** Starts the agent, which then has both containers. */
    void startAgent(final String... flags) throws Exception {
        node.startAgent(flags);
        node.attach(client, "client");
        node.attach(web, "web");
    }

    /**
     * Starts a server in {@code web} and waits until it has made a file in the test's folder.
     *
     * @param script in perl; its arguments are a port and the folder
     */
    Process serve(final String script, final int port, final String file) throws Exception {
        final Process server =
                web.start("perl", "-e", script, Integer.toString(port), folder().toString());
        Await.until(() -> Files.exists(folder().resolve(file)), "the server");
        return server;
    }

    /** The first one; null if there is none. */
    JsonNode flow(final String query) throws IOException {
        return node.get("/v1/flows?" + query).path("items").get(0);
    }

    JsonNode status() throws IOException {
        return node.get("/v1/status");
    }

    /** What status says of processes. */
    JsonNode figures() throws IOException {
        return status().path("processes");
    }
}
