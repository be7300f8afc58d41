package dev.weir.perf;

import dev.weir.controller.app.Agent;
import dev.weir.controller.app.AgentSettings;
import dev.weir.dataplane.map.BpfFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Requests over the Unix socket to an agent of its own, with the kernel behind it. Needs root and
 * the folder {@code weir.lib}.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Thread)
public class RestBenchmark {
    private static final String PATH =
            "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/turn";

    private Path folder;
    private AgentSettings settings;
    private Agent agent;
    private UnixHttp client;
    private int port;

    /** Starts the agent; JMH ends nothing that did not start, so that is done here. */
    @Setup(Level.Trial)
    public void start() throws IOException {
        folder = Files.createTempDirectory("weir-rest");
        final Path bpffs = Files.createDirectory(folder.resolve("bpf"));
        BpfFs.mount(bpffs);
        try {
            settings = settings(AgentSettings.defaults(), bpffs.resolve("weir"));
            agent = Agent.start(settings);
            client = new UnixHttp(settings.socket());
            put();
        } catch (final IOException | RuntimeException e) {
            end();
            throw e;
        }
    }

    private AgentSettings settings(final AgentSettings some, final Path bpffs) {
        return new AgentSettings(
                folder.resolve("s"),
                folder.resolve("state"),
                bpffs,
                "n1",
                some.attach(),
                some.attachAll(),
                some.grace(),
                some.hostPolicy(),
                some.redirect(),
                some.listen(),
                some.rest(),
                List.of(),
                some.xdp(),
                some.tables(),
                some.timeouts(),
                some.flows(),
                some.metrics(),
                some.exports(),
                some.costs());
    }

    /** Takes everything away again. */
    @TearDown(Level.Trial)
    public void end() throws IOException {
        if (client != null) {
            client.close();
        }
        if (agent != null) {
            agent.close();
            Agent.detachAll(settings);
        }
        BpfFs.unmount(folder.resolve("bpf"));
        final List<Path> all;
        try (Stream<Path> paths = Files.walk(folder)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        all.forEach(RestBenchmark::delete);
    }

    private static void delete(final Path path) {
        try {
            Files.delete(path);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A changed policy: stored durably and enforced when the answer comes. */
    @Benchmark
    public int put() throws IOException {
        port ^= 1;
        return client.exchange(
                "PUT", PATH, PolicyObjects.small("turn", "web", "client", 80 + port).toString());
    }

    /** The policy as JSON. */
    @Benchmark
    public int get() throws IOException {
        return client.exchange("GET", PATH, "");
    }
}
