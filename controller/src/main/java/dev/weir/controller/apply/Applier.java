package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.HostNetwork;
import dev.weir.controller.endpoint.HostWatcher;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.store.StateStore;
import dev.weir.controller.store.StoreException;
import dev.weir.dataplane.netlink.NetworkLink;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of policy tables and endpoints: an agent that takes commands from a queue and
 * sleeps while there are none.
 */
public final class Applier implements Desired, ContainerEndpoints, HostWatcher.Events, Agent {
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final long SWEEP_MILLIS = 30_000;

    /** What nobody waits for leaves the CPU to the answer, and to the threads that carry it. */
    private static final long AFTER_ANSWER_MILLIS = 3;

    /** So long after a change, and when nobody waits, the files of the store follow the journal. */
    private static final long QUIET_MILLIS = 200;

    private static final long BETWEEN_FILES_MILLIS = 20;
    private static final long REFUSED_MILLIS = 5_000;

    private final LinkedBlockingQueue<Command<?>> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean addressesQueued = new AtomicBoolean();
    private final Datapath datapath;
    private final HostNetwork network;
    private final StateStore store;
    private final Transitions transitions;
    private final ObjectWrites objects;
    private final EndpointWrites endpoints;
    private final EndpointNumbers numbers;
    private final EndpointHooks hooks;
    private final EndpointViews views;
    private final ChangeLog changes;
    private SortedMap<String, Namespace> implied = new TreeMap<>();
    private volatile Snapshot snapshot;
    private volatile boolean closed;
    private volatile boolean stopping;
    private boolean leftRows;
    private long nextTick = System.nanoTime();
    private long nextCatchUp = nextTick;
    private long nextSweep = in(SWEEP_MILLIS);

    private Applier(
            final Datapath datapath,
            final HostNetwork network,
            final StateStore store,
            final Clock clock,
            final Restart restart) {
        this.datapath = datapath;
        this.network = network;
        this.store = store;
        this.transitions = restart.transitions();
        this.numbers = restart.numbers();
        this.hooks = restart.hooks();
        this.views = restart.views();
        this.endpoints = restart.endpoints();
        this.objects = new ObjectWrites(transitions, clock);
        this.changes = new ChangeLog(transitions.resourceVersion());
        publish();
    }

    /**
     * Reads the state directory, takes over what the tables hold, repairs what differs, and
     * attaches the containers that still live. Runs on the calling thread; afterwards an
     * AgentRunner runs it.
     *
     * @param hostPolicy the node is judged like any peer
     */
    public static Applier start(
            final Datapath datapath,
            final HostNetwork network,
            final StateStore store,
            final boolean hostPolicy,
            final EndpointObserver observer,
            final Clock clock) {
        final Restart restart = new Restart(datapath, network, store, hostPolicy, observer);
        restart.run();
        return new Applier(datapath, network, store, clock, restart);
    }

    @Override
    public CompletableFuture<List<WriteResult<ApiObject>>> change(
            final List<ObjectChange> changes) {
        return submit(() -> objects.change(changes));
    }

    @Override
    public ChangeLog changes() {
        return changes;
    }

    @Override
    public CompletableFuture<Endpoint> attach(final AttachRequest request) {
        return submit(() -> endpoints.attach(request), this::published);
    }

    @Override
    public CompletableFuture<Endpoint> detach(final String idOrContainerId) {
        return submit(
                () -> {
                    final Attached endpoint = existing(idOrContainerId);
                    final Endpoint view = snapshot.endpointsByNumber().get(endpoint.number());
                    endpoints.detach(endpoint);
                    return view;
                });
    }

    @Override
    public CompletableFuture<Endpoint> patch(
            final String idOrContainerId,
            final Map<String, Optional<String>> labels,
            final Optional<List<NamedPort>> ports) {
        return submit(
                () -> {
                    final Attached endpoint = existing(idOrContainerId);
                    endpoints.patch(endpoint, labels, ports);
                    return endpoint.number();
                },
                this::published);
    }

    private Endpoint published(final int number) {
        return snapshot.endpointsByNumber().get(number);
    }

    @Override
    public CompletableFuture<Optional<Endpoint>> detach(
            final String containerId, final String containerInterface, final String netns) {
        return submit(
                () -> {
                    final Optional<Attached> endpoint =
                            transitions
                                    .model()
                                    .endpoint(containerId, containerInterface)
                                    .filter(
                                            each ->
                                                    netns.isEmpty()
                                                            || netns.equals(each.veth().netns()));
                    final Optional<Endpoint> view =
                            endpoint.map(each -> snapshot.endpointsByNumber().get(each.number()));
                    endpoint.ifPresent(endpoints::detach);
                    return view;
                });
    }

    @Override
    public CompletableFuture<List<String>> check(
            final String containerId, final String containerInterface) {
        return submit(
                () ->
                        new EndpointCheck(transitions, datapath, network, hooks)
                                .problems(containerId, containerInterface));
    }

    private Attached existing(final String idOrContainerId) {
        return transitions
                .model()
                .endpoint(idOrContainerId)
                .orElseThrow(() -> ControllerException.notFound("endpoints", idOrContainerId));
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public void linkGone(final int ifIndex) {
        submit(() -> endpoints.linkGone(ifIndex));
    }

    @Override
    public void linkChanged(final NetworkLink link) {
        if (isEndpoints(link.ifIndex())) {
            submit(
                    () -> {
                        views.observer().interfaceChanged();
                        return endpoints.linkChanged(link);
                    });
        }
    }

    @Override
    public void trafficControlChanged(final int ifIndex) {
        if (isEndpoints(ifIndex)) {
            submit(
                    () -> {
                        views.observer().interfaceChanged();
                        return null;
                    });
        }
    }

    /** Most links are no endpoint's: asked without waking the applier. */
    private boolean isEndpoints(final int ifIndex) {
        return snapshot.endpointsByNumber().values().stream()
                .anyMatch(each -> each.ifIndex() == ifIndex);
    }

    @Override
    public void addressesChanged() {
        if (addressesQueued.compareAndSet(false, true)) {
            submit(
                    () -> {
                        addressesQueued.set(false);
                        endpoints.hostAddresses();
                        return null;
                    });
        }
    }

    @Override
    public void newsLost() {
        LOG.warn("netlink messages were lost: links and addresses are compared anew");
        submit(
                () -> {
                    transitions.model().endpoints().values().stream()
                            .map(each -> each.veth().ifIndex())
                            .forEach(endpoints::linkGone);
                    endpoints.hostAddresses();
                    return null;
                });
    }

    private <T> CompletableFuture<T> submit(final Supplier<T> body) {
        return submit(body, result -> result);
    }

    /**
     * @param answer what to say of the body's result, with the snapshot that has it
     */
    private <R, T> CompletableFuture<T> submit(
            final Supplier<R> body, final Function<R, T> answer) {
        final Command<T> command =
                new Command<>(
                        () -> {
                            final R result = body.get();
                            publish();
                            return answer.apply(result);
                        },
                        new CompletableFuture<>());
        queue.add(command);
        if (closed) {
            drain();
        }
        return command.future();
    }

    @Override
    public int doWork() {
        try {
            final Command<?> command = queue.poll(waitNanos(), TimeUnit.NANOSECONDS);
            if (command != null) {
                command.run();
                // It may have made something to look at, and left old rows.
                leftRows = true;
                nextTick = earlier(nextTick, in(AFTER_ANSWER_MILLIS));
                nextCatchUp = isDue(nextCatchUp) ? in(QUIET_MILLIS) : nextCatchUp;
            } else if (store.isBehind() && isDue(nextCatchUp)) {
                catchUp();
            }
            sweepWhenDue();
            tickWhenDue();
            return command == null ? 0 : 1;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private long waitNanos() {
        if (stopping) {
            return 0;
        }
        final long due = earlier(nextSweep, nextTick);
        final long wake = store.isBehind() ? earlier(due, nextCatchUp) : due;
        return Math.max(0, wake - System.nanoTime());
    }

    private static long in(final long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static boolean isDue(final long nanoTime) {
        return System.nanoTime() - nanoTime >= 0;
    }

    private static long earlier(final long one, final long other) {
        return one - other < 0 ? one : other;
    }

    /** Removes the rows that the last change left. */
    void finish() {
        leftRows = false;
        try {
            transitions.enforcer().finish();
        } catch (final RuntimeException e) {
            LOG.error("old rows could not be removed, tried again with the next change", e);
        }
    }

    private void sweepWhenDue() {
        if (!isDue(nextSweep)) {
            return;
        }
        nextSweep = in(SWEEP_MILLIS);
        try {
            numbers.forgetRetired();
            datapath.connections().sweep(datapath.jiffies().getAsInt());
        } catch (final RuntimeException e) {
            LOG.error("conntrack could not be swept: {}", e.getMessage());
        }
    }

    private void tickWhenDue() {
        if (!isDue(nextTick)) {
            return;
        }
        if (leftRows) {
            finish();
        }
        final long now = System.nanoTime();
        long wait = TimeUnit.SECONDS.toNanos(1);
        try {
            wait = Math.min(views.observer().tick(), TimeUnit.HOURS.toNanos(1));
        } catch (final RuntimeException e) {
            LOG.error("a look at the endpoints failed: {}", e.getMessage());
        }
        nextTick = now + wait;
    }

    private void publish() {
        final CompiledState compiled = transitions.enforcer().compiled();
        final SortedMap<String, Endpoint> byId = new TreeMap<>();
        final Map<Integer, Endpoint> byNumber = new HashMap<>();
        for (final Attached each : transitions.model().endpoints().values()) {
            final Endpoint view = views.show(each, compiled);
            byId.put(view.id(), view);
            byNumber.put(view.number(), view);
        }
        final List<ChangeLog.Change> news = objects.takeChanges();
        implied = ImpliedNamespaces.of(transitions.model(), implied, news, this::versionOfImplied);
        if (snapshot == null) {
            news.clear(); // What is there at the start is no change, and has no version of its own.
        }
        news.forEach(changes::append);
        snapshot =
                new Snapshot(
                        transitions.enforcer().desired(),
                        compiled,
                        byId,
                        byNumber,
                        transitions.model().namespaces(),
                        implied,
                        transitions.resourceVersion(),
                        transitions.enforcer().revision());
        views.observer().published(snapshot);
        if (!news.isEmpty()) {
            changes.announce();
        }
    }

    /** Nobody has read anything before the first snapshot: what is there then needs no number. */
    private long versionOfImplied() {
        return snapshot == null
                ? Math.max(1, transitions.resourceVersion())
                : transitions.nextResourceVersion();
    }

    /** What nobody waits for. */
    private void catchUp() {
        try {
            store.catchUp();
            nextCatchUp = in(store.isBehind() ? BETWEEN_FILES_MILLIS : QUIET_MILLIS);
        } catch (final StoreException e) {
            nextCatchUp = in(REFUSED_MILLIS);
            LOG.error("{} (what was written last is in the journal only)", e.getMessage());
        }
    }

    /** From any thread: it waits for no more commands. */
    public void stop() {
        stopping = true;
        submit(() -> null);
    }

    /** Refuses what still waits; the tables stay as they are, in force. */
    @Override
    public void onClose() {
        closed = true;
        drain();
        finish();
    }

    private void drain() {
        final List<Command<?>> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        waiting.forEach(Command::refuse);
    }

    @Override
    public String roleName() {
        return "weir-applier";
    }
}
