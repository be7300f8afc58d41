package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.metrics.TrafficTotals;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.capture.CaptureSource;
import dev.weir.controller.conflist.KeptFile;
import dev.weir.controller.cost.BudgetState;
import dev.weir.controller.discovery.FoundContainer;
import dev.weir.controller.export.ExportState;
import dev.weir.controller.export.ExportStates;
import dev.weir.controller.flow.ContainerStatistics;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.controller.flow.ContainerStats.Traffic;
import dev.weir.controller.flow.ProcessFigures;
import dev.weir.controller.flow.RuleActivity;
import dev.weir.controller.redirect.Redirect;
import dev.weir.controller.redirect.RedirectState;
import dev.weir.controller.redirect.RedirectedEndpoint;
import dev.weir.controller.shield.Shield;
import dev.weir.controller.shield.ShieldState;
import dev.weir.controller.store.StoreState;
import dev.weir.controller.verify.KernelCheck;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.KernelFeatures;
import dev.weir.dataplane.feature.Support;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.judge.Judgement;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.RuleCounters;
import dev.weir.dataplane.table.TableUsage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A whole REST server on a real socket, over state in memory. */
final class TestAgent implements AutoCloseable {
    static final int BODY_LIMIT = 64 << 10;
    static final Duration REQUEST_TIMEOUT = Duration.ofMillis(400);
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    final InMemoryDesired desired = new InMemoryDesired();
    private Optional<Judgement> said = Optional.empty();
    final KernelCheck kernel = new KernelCheck((flow, opener) -> said);
    private final Desired served;
    final InMemoryFlows flows = new InMemoryFlows();
    final List<String> waitingFor = new CopyOnWriteArrayList<>();
    final List<ObjectNode> cniCalls = new CopyOnWriteArrayList<>();
    final List<String> cniThreads = new CopyOnWriteArrayList<>();
    final List<FoundContainer> found = new CopyOnWriteArrayList<>();
    final CompletableFuture<CniService.Reply> slow = new CompletableFuture<>();
    final Path socket;
    private final UnsafeBuffer rules = new UnsafeBuffer(ByteBuffer.allocateDirect(16 * 64));
    final RuleActivity activity;
    final TrafficTotals traffic;
    volatile int measured;
    CaptureSource captures =
            (query, format) -> {
                throw new IllegalStateException("no capture in this test");
            };
    private HttpServer server;

    TestAgent(final Path directory) {
        this(directory, Optional.empty());
    }

    /** Serves objects of somewhere else, such as a real applier's. */
    TestAgent(final Path directory, final Optional<Desired> served) {
        this.served = served.orElse(desired);
        this.socket = directory.resolve("weir.sock");
        activity =
                new RuleActivity(
                        new RuleCounters(new AtomicBuffer[] {rules}, 64),
                        Clock.fixed(Instant.parse("2026-11-22T12:00:00.5Z"), ZoneOffset.UTC));
        rules.setMemory(0, rules.capacity(), (byte) 0);
        this.traffic =
                new TrafficTotals(10_000, true, new RuleCounters(new AtomicBuffer[] {rules}, 64));
    }

    /** Bodies of at most 64 KiB, 0.4 s for a request to arrive. */
    ApiSettings settings() {
        return new ApiSettings(
                socket,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                BODY_LIMIT,
                REQUEST_TIMEOUT,
                ANSWER_TIMEOUT,
                Duration.ofSeconds(20));
    }

    TestAgent start() throws IOException {
        return start(settings());
    }

    TestAgent start(final ApiSettings settings) throws IOException {
        server = HttpServer.start(settings, services());
        return this;
    }

    HttpServer server() {
        return server;
    }

    HttpOverUnix connect() throws IOException {
        return HttpOverUnix.connect(socket);
    }

    void countRule(final int rule, final long packets, final long bytes) {
        rules.putLong(rule * 16, packets);
        rules.putLong(rule * 16 + 8, bytes);
    }

    /** What the kernel says from now on, to every question. */
    void kernelSays(final Judgement judgement) {
        said = Optional.of(judgement);
    }

    ApiServices services() {
        return new ApiServices(
                served,
                flows,
                containers(),
                shield(),
                redirect(),
                new RuleCounters(new AtomicBuffer[] {rules}, 64),
                activity,
                this::cni,
                this::status,
                () -> waitingFor,
                traffic,
                () -> () -> measured++,
                interfaces -> found,
                captures,
                kernel);
    }

    /** Prints prevResult for ADD, nothing for others; fails where netns is "/gone". */
    private CompletableFuture<CniService.Reply> cni(final ObjectNode call) {
        cniCalls.add(call);
        cniThreads.add(Thread.currentThread().getName());
        return switch (call.path("netns").asText()) {
            case "/gone" ->
                    CompletableFuture.completedFuture(
                            new CniService.Reply(
                                    true,
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("cniVersion", "1.1.0")
                                            .put("code", 11)
                                            .put("msg", "netns: /gone")));
            case "/slow" -> slow;
            case "/broken" -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
            default ->
                    CompletableFuture.completedFuture(
                            new CniService.Reply(
                                    false,
                                    call.path("command").asText().equals("ADD")
                                            ? call.path("config").withObject("/prevResult")
                                            : null));
        };
    }

    private AgentStatus status() {
        return new AgentStatus(
                "0.1.0",
                "n1",
                "6.18.0",
                Instant.parse("2026-11-22T12:00:00Z"),
                "tcx",
                new GracePeriods.State(false, "CPUs 2-3 are isolated"),
                "auto",
                false,
                new StoreState(Path.of("/var/lib/weir"), 3, "java.io.IOException: no space"),
                new KernelFeatures(
                        Map.of(
                                Feature.TCX,
                                Support.YES,
                                Feature.NETNS_COOKIE,
                                Support.no("no netns cookie"))),
                List.of(
                        new TableUsage("weir_policy", "hash", 1_000, 10, 4_096),
                        new TableUsage("weir_events", "array", 16_384, -1, 4_456_448)),
                List.of(
                        new ProgramInfo(
                                "weir_to_container",
                                7,
                                "0123456789abcdef",
                                100,
                                2_000,
                                9_000_000_000L,
                                100_000_000,
                                0)),
                List.of(new KeptFile("/etc/cni/net.d/10-net.conflist", "chained", 2)),
                new ExportStates(
                        3,
                        0,
                        2,
                        List.of(
                                new ExportState(
                                        "ipfix",
                                        "udp 10.0.0.9:4739",
                                        "sending",
                                        40,
                                        5,
                                        1,
                                        0,
                                        0,
                                        7,
                                        8_192,
                                        2,
                                        ""))),
                new BudgetState(
                        0.02,
                        0.5,
                        90 << 20,
                        0,
                        List.of("rule-metrics"),
                        List.of("rule-metrics"),
                        1),
                false,
                new ProcessState("on", "", 7, new ProcessFigures(1_200, 30, 4, 5, 6, 0)));
    }

    private ContainerStatistics containers() {
        return new ContainerStatistics() {
            @Override
            public List<ContainerStats> read() {
                final List<ContainerStats> all = new ArrayList<>();
                desired.snapshot()
                        .endpointsByNumber()
                        .keySet()
                        .forEach(number -> read(number).ifPresent(all::add));
                return all;
            }

            @Override
            public Optional<ContainerStats> read(final int number) {
                return Optional.ofNullable(desired.snapshot().endpointsByNumber().get(number))
                        .map(
                                endpoint ->
                                        new ContainerStats(
                                                number,
                                                endpoint.id(),
                                                endpoint.containerId(),
                                                endpoint.namespace(),
                                                endpoint.pod(),
                                                traffic(3),
                                                traffic(4),
                                                Map.of("no-rule", new Count(7, 700)),
                                                List.of(),
                                                new Count(1, 60),
                                                new Count(0, 0),
                                                2,
                                                5,
                                                1,
                                                new ContainerStats.Connections(
                                                        6,
                                                        1,
                                                        new ContainerStats.Quantiles(
                                                                6, 1_000, 2_000, 3_000, 4_000,
                                                                5_000),
                                                        null,
                                                        null,
                                                        null,
                                                        0,
                                                        0,
                                                        0,
                                                        0),
                                                null));
            }
        };
    }

    private static Traffic traffic(final long denied) {
        return new Traffic(
                new Count(10, 1_000),
                new Count(denied, 100 * denied),
                new Count(0, 0),
                Map.of(
                        "policy", new Count(10, 1_000),
                        "no-rule", new Count(denied, 100 * denied)),
                new ContainerStats.Rate(1, 100, 0.5));
    }

    private Shield shield() {
        return new Shield() {
            @Override
            public List<ShieldState> states() {
                return desired.snapshot().endpointsByNumber().keySet().stream()
                        .map(number -> new ShieldState(number, true, "auto", null, "flood", 9))
                        .toList();
            }

            @Override
            public Optional<ShieldState> state(final int endpoint) {
                return states().stream().filter(each -> each.endpoint() == endpoint).findFirst();
            }
        };
    }

    private Redirect redirect() {
        return new Redirect() {
            @Override
            public RedirectState state() {
                return new RedirectState("auto", true, "", 2);
            }

            @Override
            public Optional<RedirectedEndpoint> endpoint(final int number) {
                return Optional.of(new RedirectedEndpoint(true, "br0", "", 8, 800));
            }
        };
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        desired.close();
    }
}
