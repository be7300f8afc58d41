package dev.weir.controller.app;

import dev.weir.controller.Version;
import dev.weir.controller.api.AgentStatus;
import dev.weir.controller.api.ApiServices;
import dev.weir.controller.api.ApiSettings;
import dev.weir.controller.api.CniService;
import dev.weir.controller.api.HttpServer;
import dev.weir.controller.api.metrics.TrafficTotals;
import dev.weir.controller.apply.Applier;
import dev.weir.controller.apply.ControllerException;
import dev.weir.controller.apply.Datapath;
import dev.weir.controller.capture.Captures;
import dev.weir.controller.cni.CniVerbs;
import dev.weir.controller.cni.DeleteNotes;
import dev.weir.controller.conflist.ConflistFile;
import dev.weir.controller.conflist.ConflistKeeper;
import dev.weir.controller.cost.Budget;
import dev.weir.controller.cost.BudgetRole;
import dev.weir.controller.cost.BudgetState;
import dev.weir.controller.cost.OptionalWork;
import dev.weir.controller.discovery.AttachRule;
import dev.weir.controller.discovery.ContainerDiscovery;
import dev.weir.controller.discovery.HostContainers;
import dev.weir.controller.endpoint.HostWatcher;
import dev.weir.controller.endpoint.VethResolver;
import dev.weir.controller.flow.FlowSettings;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.controller.flow.RuleActivity;
import dev.weir.controller.redirect.RedirectControl;
import dev.weir.controller.redirect.RedirectMode;
import dev.weir.controller.shield.ShieldControl;
import dev.weir.controller.store.StateStore;
import dev.weir.controller.store.StoreException;
import dev.weir.controller.thread.Daemons;
import dev.weir.controller.verify.KernelCheck;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.DataplanePins;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.map.BpfFs;
import dev.weir.dataplane.map.PinLock;
import dev.weir.dataplane.netlink.NetworkMonitor;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.object.ProgramStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of the agent, running. Closing it stops serving and leaves the programs enforcing and
 * counting.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final long NOTES_SECONDS = 10;

    private final AgentSettings settings;
    private final Instant started = Instant.now();

    /** What to close, last opened first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private volatile boolean notesWorkedOff;
    private final ConflistKeeper conflists;
    private final ContainerDiscovery containers = new HostContainers();
    private final Exports exports;
    private HttpServer server;
    private TrafficTotals traffic;
    private volatile Budget budget;
    private StateStore store;
    private Dataplane dataplane;
    private ProcessLookup processes;

    private Agent(final AgentSettings settings) {
        this.settings = settings;
        this.exports = new Exports(settings);
        this.conflists =
                new ConflistKeeper(
                        settings.conflists(), ConflistFile.entry(settings.socket().toString()));
    }

    /**
     * Starts all of it; returns when it is ready.
     *
     * @throws StartException if something is missing; what was started is stopped again
     */
    public static Agent start(final AgentSettings settings) {
        final Agent agent = new Agent(settings);
        try {
            agent.start();
            return agent;
        } catch (final StoreException
                | ControllerException
                | BpfException
                | IllegalArgumentException
                | IllegalStateException
                | UncheckedIOException
                | IOException e) {
            agent.close();
            throw new StartException(e.getMessage(), e);
        } catch (final RuntimeException | Error e) {
            agent.close();
            throw e;
        }
    }

    /**
     * Takes every program, pin and link of this agent away; endpoints stay on disk, so that the
     * next start attaches the containers that still live.
     *
     * @throws StartException if an agent runs, or the kernel refuses
     */
    public static void detachAll(final AgentSettings settings) {
        Preconditions.isRoot(OWN_STATUS);
        Preconditions.isFree(settings.socket());
        final StateStore lock = lockedState(settings);
        try {
            final int interfaces = detached(settings.bpffs());
            LOG.info(
                    "programs taken off {} interfaces; tables and pins under {} are gone",
                    interfaces,
                    settings.bpffs());
        } catch (final BpfException
                | IllegalArgumentException
                | IllegalStateException
                | UncheckedIOException e) {
            throw new StartException(e.getMessage(), e);
        } finally {
            lock.close();
        }
    }

    private static int detached(final Path pinRoot) {
        if (!Files.isDirectory(pinRoot)) {
            return 0;
        }
        final PinLock lock = PinLock.take(pinRoot);
        try {
            return DataplanePins.detachAll(pinRoot);
        } finally {
            lock.close();
        }
    }

    private static StateStore lockedState(final AgentSettings settings) {
        try {
            return StateStore.open(settings.stateDir());
        } catch (final StoreException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static DataplaneOptions options(final AgentSettings settings) {
        return new DataplaneOptions(
                Preconditions.objects(),
                settings.bpffs(),
                settings.tables(),
                settings.attach(),
                XdpMode.valueOf(settings.xdp().mode().name()),
                settings.grace(),
                settings.flows().dns(),
                settings.flows().processes(),
                settings.redirect() != RedirectMode.OFF);
    }

    private void start() throws IOException {
        Preconditions.isRoot(OWN_STATUS);
        Preconditions.isFree(settings.socket());
        store = opened(StateStore.open(settings.stateDir()));
        HttpServer.verify(apiSettings());
        if (BpfFs.mountIfMissing(settings.bpffs())) {
            LOG.info("bpffs mounted for {}", settings.bpffs());
        }
        opened(PinLock.take(settings.bpffs()));
        dataplane = opened(Dataplane.open(options(settings)));
        dataplane.control().timeouts(settings.timeouts());
        // Subscribed before the first look, so that no change falls in between.
        final NetworkMonitor monitor = NetworkMonitor.open(opened(NetworkNamespace.current()));
        final VethResolver network = opened(new VethResolver(NetworkNamespace.current()));
        final SnapshotNames names = new SnapshotNames(Clock.systemUTC());
        final FlowSweep flows = flowSweep(names);
        flows.watchDns(dataplane.dns());
        processes = opened(ProcessLookup.open(dataplane, settings.flows().processes(), flows));
        traffic =
                new TrafficTotals(
                        settings.metrics().series(),
                        settings.metrics().containers(),
                        dataplane.rules());
        final ShieldControl shield =
                new ShieldControl(settings.xdp(), dataplane.hooks(), dataplane.counters());
        final RedirectControl redirect =
                RedirectControl.of(
                        settings.redirect(), dataplane, opened(NetworkNamespace.current()));
        final Applier applier =
                Applier.start(
                        Datapath.of(dataplane, dataplane.hooks(), settings.tables().rules()),
                        network,
                        store,
                        settings.hostPolicy(),
                        new EndpointRoles(
                                flows,
                                traffic,
                                shield,
                                redirect,
                                processes,
                                dataplane.counters(),
                                names,
                                dataplane.takenOver(),
                                settings.xdp().intervalMillis()),
                        Clock.systemUTC());
        dataplane.retireOlderGenerations();
        run(applier, NoOpIdleStrategy.INSTANCE);
        opened(applier::stop);
        final HostWatcher watcher =
                new HostWatcher(
                        monitor,
                        settings.attachAll()
                                ? opened(AttachRule.start(applier, applier, containers))
                                : applier);
        run(watcher, NoOpIdleStrategy.INSTANCE);
        opened(watcher::stop);
        run(flows, flows.idleStrategy());
        serve(applier, flows, shield, redirect, names);
        opened(exports).start(flows.history(), started, server.figures());
        keepToBudget(flows, applier);
    }

    /** In the order in which it is shed: what others can do without first. */
    private void keepToBudget(final FlowSweep flows, final Applier applier) {
        if (settings.costs().programs()) {
            opened(ProgramStatistics.measure());
        }
        final List<OptionalWork> optional = new ArrayList<>();
        optional.add(OptionalWork.of("rule-metrics", traffic::shedRules));
        optional.add(OptionalWork.of("dns", flows::shedDns));
        dataplane.control().roundTrips(true); // an earlier agent may have shed them
        optional.add(OptionalWork.of("rtt", off -> dataplane.control().roundTrips(!off)));
        if (processes.isOn()) {
            optional.add(
                    OptionalWork.of(
                            "processes",
                            off -> processes.shed(off, applier.snapshot().endpoints().values())));
        }
        optional.add(OptionalWork.of("flow-detail", flows::coarse));
        for (final String sink : exports.names()) {
            optional.add(OptionalWork.of("export-" + sink, off -> exports.shed(sink, off)));
        }
        budget =
                new Budget(
                        settings.costs().cpuPercent() / 100.0,
                        settings.costs().memory(),
                        settings.costs().calm(),
                        optional);
        opened(BudgetRole.start(budget));
    }

    private FlowSweep flowSweep(final SnapshotNames names) {
        return new FlowSweep(
                new FlowSettings(
                        settings.nodeName(),
                        settings.flows().sweep().toMillis(),
                        settings.flows().history(),
                        settings.flows().report().toMillis(),
                        settings.timeouts()),
                dataplane.flows(),
                dataplane.denied(),
                dataplane.control(),
                dataplane.counters(),
                dataplane.events(),
                dataplane.clock(),
                names);
    }

    private void serve(
            final Applier applier,
            final FlowSweep flows,
            final ShieldControl shield,
            final RedirectControl redirect,
            final SnapshotNames names)
            throws IOException {
        final Captures captures =
                opened(
                        new Captures(
                                dataplane::capture,
                                () -> applier.snapshot().endpoints().values(),
                                names));
        final DeleteNotes notes = new DeleteNotes(settings.socket(), settings.stateDir());
        notes.prepare();
        final CniVerbs cni = new CniVerbs(applier, () -> notesWorkedOff);
        final RuleActivity rules = new RuleActivity(dataplane.rules(), Clock.systemUTC());
        rules.sample(applier.snapshot().compiled().rules().keySet());
        server =
                opened(
                        HttpServer.start(
                                apiSettings(),
                                new ApiServices(
                                        applier,
                                        flows.history(),
                                        flows.statistics(),
                                        shield,
                                        redirect,
                                        dataplane.rules(),
                                        rules,
                                        request ->
                                                cni.call(request)
                                                        .thenApply(
                                                                answer ->
                                                                        new CniService.Reply(
                                                                                answer.failed(),
                                                                                answer.body()
                                                                                        .orElse(
                                                                                                null))),
                                        this::status,
                                        () ->
                                                notesWorkedOff
                                                        ? List.of()
                                                        : List.of(
                                                                "deletes that came while no agent ran"),
                                        traffic,
                                        ProgramStatistics::measure,
                                        containers,
                                        captures,
                                        new KernelCheck(dataplane.judge()))));
        // Only now: a plugin that finds the socket dead after this has written its note before.
        workOff(notes, applier);
        notesWorkedOff = true;
        final ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Daemons.named("weir-timer"));
        opened(() -> stop(timer));
        timer.scheduleWithFixedDelay(
                () -> workOff(notes, applier), NOTES_SECONDS, NOTES_SECONDS, TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(
                () -> rules.sample(applier.snapshot().compiled().rules().keySet()),
                1,
                1,
                TimeUnit.SECONDS);
        opened(conflists).start(); // Only now does the plugin find an agent that answers.
        LOG.info("ready: weir {} on node {}", Version.TEXT, settings.nodeName());
        opened(Rehearsal.start(settings.socket()));
    }

    /** Waits for the task that runs: it reads tables that are unmapped next. */
    private static void stop(final ScheduledExecutorService timer) throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(NOTES_SECONDS, TimeUnit.SECONDS);
    }

    private static void workOff(final DeleteNotes notes, final Applier applier) {
        try {
            final int failed = notes.workOff(applier);
            if (failed > 0) {
                LOG.error("{} delete notes are left for the next try", failed);
            }
        } catch (final IOException | RuntimeException e) {
            LOG.error("delete notes cannot be read: {}", e.toString());
        }
    }

    private ApiSettings apiSettings() {
        return new ApiSettings(
                settings.socket(),
                settings.listen().address(),
                settings.listen().tlsCert(),
                settings.listen().tlsKey(),
                settings.listen().tokenFile(),
                settings.rest().bodyLimit(),
                settings.rest().requestTimeout(),
                settings.rest().answerTimeout(),
                settings.rest().idleTimeout());
    }

    private AgentStatus status() {
        final Budget state = budget;
        return new AgentStatus(
                Version.TEXT,
                settings.nodeName(),
                System.getProperty("os.version"),
                started,
                dataplane.hooks().mode().name().toLowerCase(Locale.ROOT),
                dataplane.gracePeriods(),
                settings.xdp().mode().text(),
                dataplane.takenOver(),
                store.state(),
                dataplane.features(),
                dataplane.usage(),
                Stream.concat(dataplane.programs().stream(), processes.programs().stream())
                        .toList(),
                conflists.status(),
                exports.states(),
                state == null ? BudgetState.NONE : state.state(),
                settings.costs().programs(),
                processes.state());
    }

    private void run(final org.agrona.concurrent.Agent role, final IdleStrategy idle) {
        final AgentRunner runner =
                new AgentRunner(
                        idle,
                        problem -> LOG.error("{} failed", role.roleName(), problem),
                        null,
                        role);
        opened(runner);
        AgentRunner.startOnThread(runner, Daemons.named(role.roleName()));
    }

    private <T extends AutoCloseable> T opened(final T resource) {
        open.push(resource);
        return resource;
    }

    /** Twice is fine. */
    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (final Exception e) {
                LOG.warn("stopping: {}", e.toString());
            }
        }
    }
}
