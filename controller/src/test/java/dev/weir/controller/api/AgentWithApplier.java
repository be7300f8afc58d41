package dev.weir.controller.api;

import dev.weir.controller.apply.RunningApplier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.agrona.CloseHelper;

/** The real routes and the real applier over tables in memory, for clients of Kubernetes. */
final class AgentWithApplier implements AutoCloseable {
    private final RunningApplier applier;
    private final TestAgent agent;

    private AgentWithApplier(final RunningApplier applier, final TestAgent agent) {
        this.applier = applier;
        this.agent = agent;
    }

    /** With its socket and its state in {@code directory}; give it back with {@link #close}. */
    static AgentWithApplier start(final Path directory) throws IOException {
        final Path state = Files.createDirectories(directory.resolve("state"));
        final RunningApplier applier = RunningApplier.start(state);
        final TestAgent agent = new TestAgent(directory, Optional.of(applier.desired()));
        agent.start(
                new ApiSettings(
                        agent.socket,
                        Optional.of(new InetSocketAddress("127.0.0.1", 0)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        3 << 20,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(1)));
        return new AgentWithApplier(applier, agent);
    }

    /** Where it listens. */
    String url() {
        return "http://127.0.0.1:" + agent.server().tcpAddress().orElseThrow().getPort();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(agent, applier);
    }
}
