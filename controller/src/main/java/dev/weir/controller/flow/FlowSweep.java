package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.process.ProcessSource;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * The one reader of the kernel's flow tables: drains the logs of evicted entries and sweeps both
 * caches, about once a second while there is traffic and not at all while there is none.
 *
 * <p>Run by an AgentRunner with {@link #idleStrategy}. Queries, attach and detach come from other
 * threads; one lock keeps them apart, and nobody holds it longer than a sweep or a query takes.
 */
public final class FlowSweep implements Agent {
    private static final int POLL_LIMIT = 1 << 16;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long BUSY_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long EXPIRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long CLOCK_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Every so many sweeps the caches are read even if no counter of an endpoint has moved. */
    private static final int UNCONDITIONAL = 16;

    private static final int COARSE = 8;

    /** Messages at a time from which the ring is read more often; it has room for a thousand. */
    private static final int DNS_BUSY = 100;

    /** Records of processes at a time from which it is; there is room for sixteen thousand. */
    private static final int PROCESSES_BUSY = 1_000;

    /**
     * What was counted before is read for good: longer than {@link WrittenParts#SETTLED_NANOS}, and
     * than any CPU stands still in a program.
     */
    private static final long KNOWN_MILLIS = 2_000;

    /** A packet takes no longer from one container's hook to another's. */
    private static final long DELIVERY_MILLIS = 20;

    /** For so long a SYN is sent again: tcp_syn_retries 6, tcp(7). */
    private static final long SYN_RETRIES_MILLIS = 130_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final long usualSweepNanos;
    private volatile long sweepNanos;
    private final EventSource events;
    private final EventHandler handler = this::onEvent;
    private final FlowTime time;
    private final EndpointLives lives;
    private final FlowLedger ledger;
    private final CacheSweep flows;
    private final CacheSweep denied;
    private final FlowPublisher publisher;
    private final ControlTable control;
    private final CounterTable counters;
    private final EndpointTotals totals;
    private final KernelLosses losses;
    private final LedgerHistory history;
    private final CounterStatistics statistics;
    private final FlowDescriber describer;
    private DnsReader dns;
    private FlowProcesses processes;

    private long nextSweep = System.nanoTime();
    private long nextExpiry = nextSweep;
    private long nextClock = nextSweep + CLOCK_NANOS;
    private volatile boolean busy;
    private int quiet;
    private boolean settled;
    private final long started;
    private boolean tookOver;
    private long sweeps;
    private long lastSweepNanos;

    /** Reads the given tables; {@code names} says what their numbers stand for. */
    public FlowSweep(
            final FlowSettings settings,
            final FlowRegions flowRegions,
            final DeniedRegions deniedRegions,
            final ControlTable control,
            final CounterTable counters,
            final EventSource events,
            final KernelClock clock,
            final FlowNames names) {
        this.usualSweepNanos = TimeUnit.MILLISECONDS.toNanos(settings.sweepMillis());
        this.sweepNanos = usualSweepNanos;
        this.events = events;
        this.control = control;
        this.counters = counters;
        this.time = new FlowTime(clock);
        this.lives = new EndpointLives(names);
        this.ledger =
                new FlowLedger(
                        settings.memoryBytes(),
                        lives,
                        new FlowExpiry(settings.timeouts(), time::jiffies));
        this.flows = CacheSweep.ofFlows(flowRegions, System::nanoTime, ledger, lives, this::drain);
        this.denied = CacheSweep.ofDenied(deniedRegions, ledger, lives, this::drain);
        this.describer = new FlowDescriber(settings.node(), names, lives, time, ledger.insights);
        this.publisher =
                new FlowPublisher(ledger, describer, time.jiffies(settings.reportMillis()));
        this.totals = new EndpointTotals(lives, counters);
        this.losses = new KernelLosses(time);
        this.started = time.now();
        this.history =
                new LedgerHistory(
                        lock, this::sweepNow, ledger, describer, publisher, time, this::figures);
        this.statistics =
                new CounterStatistics(lock, this::sweepNow, lives, counters, ledger, describer);
    }

    /**
     * From now on the number is this endpoint's. Call it before the number is bound to an
     * interface; again with another record of the same endpoint when its addresses change.
     *
     * @param baseline what {@link #baseline} gave when it was attached, if that was before this
     *     process started; empty: statistics start at zero now
     */
    public void attached(final Endpoint endpoint, final Optional<CounterBaseline> baseline) {
        lock.lock();
        try {
            final boolean known = lives.isAttached(endpoint);
            final EndpointLife life = lives.attach(endpoint);
            if (!known) {
                life.baseline =
                        baseline.orElseGet(() -> CounterBaseline.read(counters, endpoint.number()));
                tookOver |=
                        CounterBaseline.read(counters, endpoint.number())
                                .since(life.baseline)
                                .hasCounted();
                losses.rebase(totals.overflowPackets(), totals.overflowBytes());
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the endpoint's counters stood at when it was attached; to be kept over a restart. */
    public Optional<CounterBaseline> baseline(final int number) {
        lock.lock();
        try {
            return lives.attached(number).map(life -> life.baseline);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The number is nobody's any more: its flows end now. Call it when the interface is unbound and
     * before the number is used again.
     *
     * @return what it counted to the last; empty if none with that number was attached
     */
    public Optional<ContainerStats> detached(final int number) {
        lock.lock();
        try {
            sweepNow();
            final Optional<ContainerStats> last = statistics.swept(number);
            ledger.startSweep(time.now(), publisher.hasSubscribers());
            final EndpointLife life = lives.known(number);
            if (life != null) {
                totals.retire(life);
                ledger.endAll(life.serial);
                publisher.publishKept();
                lives.detach(number);
                if (processes != null) {
                    processes.detached(number);
                }
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Reads the containers' DNS messages too; call it before the sweep runs. */
    public void watchDns(final EventSource messages) {
        dns = new DnsReader(messages, lives);
    }

    /** Looks at no DNS message for now, and counts them as lost; or looks again. */
    public void shedDns(final boolean off) {
        if (dns != null) {
            dns.shed(off);
        }
    }

    /** Reads whose processes connections are too; call it before the sweep runs. */
    public void watchProcesses(final ProcessSource source) {
        processes =
                new FlowProcesses(
                        source,
                        ledger,
                        time.jiffies(DELIVERY_MILLIS),
                        time.jiffies(SYN_RETRIES_MILLIS));
        describer.watch(processes);
    }

    /** What became of what was told of processes. */
    public ProcessFigures processFigures() {
        lock.lock();
        try {
            return processes == null ? ProcessFigures.NONE : processes.figures();
        } finally {
            lock.unlock();
        }
    }

    /** Reads the caches only every eighth time, or as usual again; what is counted stays exact. */
    public void coarse(final boolean coarse) {
        sweepNanos = coarse ? COARSE * usualSweepNanos : usualSweepNanos;
    }

    /** Flows of now and of the past. */
    public FlowHistory history() {
        return history;
    }

    /** Totals of each container. */
    public ContainerStatistics statistics() {
        return statistics;
    }

    @Override
    public int doWork() {
        if (!lock.tryLock()) {
            return 0; /* whoever holds it is sweeping */
        }
        try {
            final long now = System.nanoTime();
            if (now - nextSweep < 0) {
                return drainOnce();
            }
            nextSweep = now + sweepNanos;
            if (now - nextClock >= 0) {
                nextClock = now + CLOCK_NANOS;
                time.refresh();
            }
            return sweepIfMoved(now);
        } finally {
            lock.unlock();
        }
    }

    /** Reads the caches if any endpoint's counters moved, and once more after the last move. */
    private int sweepIfMoved(final long now) {
        final boolean moved = totals.update(now);
        if (moved || !settled || ++quiet >= UNCONDITIONAL) {
            quiet = 0;
            settled = !moved;
            return sweepNow();
        }
        ledger.startSweep(time.now(), publisher.hasSubscribers());
        drain();
        expireIfDue(now);
        publisher.publishKept();
        return 0;
    }

    /** It reads every row: twice a second is enough, however many queries come. */
    private void expireIfDue(final long now) {
        if (now - nextExpiry >= 0) {
            nextExpiry = now + EXPIRY_NANOS;
            ledger.expire();
        }
    }

    /** Reads everything; the caller holds the lock. */
    private int sweepNow() {
        final long start = System.nanoTime();
        ledger.startSweep(time.now(), publisher.hasSubscribers());
        drain();
        final long known = time.now() - time.jiffies(KNOWN_MILLIS);
        final int changed = flows.scan() + denied.scan();
        control.flowsKnown((int) known);
        joinProcesses();
        expireIfDue(start);
        publisher.publishLoss(losses.update(totals.overflowPackets(), totals.overflowBytes()));
        publisher.publishKept();
        sweeps++;
        lastSweepNanos = System.nanoTime() - start;
        return changed;
    }

    private int drainOnce() {
        final boolean tracking = publisher.hasSubscribers();
        ledger.startSweep(time.now(), tracking);
        final int polled = events.poll(handler, POLL_LIMIT);
        busy = polled > 0 | drainDns() > DNS_BUSY | drainProcesses() > PROCESSES_BUSY;
        if (tracking) {
            publisher.publishTouched();
        }
        return 0;
    }

    private void drain() {
        int polled;
        do {
            polled = events.poll(handler, POLL_LIMIT);
        } while (polled == POLL_LIMIT);
        drainDns();
        drainProcesses();
    }

    private int drainProcesses() {
        return processes == null ? 0 : processes.poll(POLL_LIMIT);
    }

    /** A connection may have ended while the caches were read: its flow is told as ended next. */
    private void joinProcesses() {
        if (processes != null) {
            drainProcesses();
            processes.join();
        }
    }

    /** Before the caches, so that a flow has its name when it is first told. */
    private int drainDns() {
        return dns == null ? 0 : dns.poll(POLL_LIMIT);
    }

    private void onEvent(
            final int type,
            final int cpu,
            final int slot,
            final DirectBuffer buffer,
            final int offset) {
        if (type == EventSource.FLOW_EVICTED) {
            flows.onEvicted(cpu, slot, buffer, offset);
        } else if (type == EventSource.DENIED_EVICTED) {
            denied.onEvicted(cpu, slot, buffer, offset);
        }
    }

    private Instant instant(final long jiffies) {
        return jiffies < 0 ? null : time.instant(jiffies);
    }

    private FlowCompleteness figures() {
        final long oldest = ledger.oldestEnded();
        return new FlowCompleteness(
                ledger.live(),
                ledger.ended(),
                ledger.pushedOut(),
                ledger.pushedOutPackets(),
                ledger.forcedOut(),
                flows.evicted() + denied.evicted(),
                totals.overflowPackets(),
                totals.overflowBytes(),
                instant(oldest),
                tookOver ? time.instant(started) : null,
                instant(ledger.pushedOutUntil()),
                instant(losses.until()),
                ledger.memoryBytes() + flows.memoryBytes() + denied.memoryBytes() + processBytes(),
                ledger.memoryLimitBytes()
                        + flows.memoryBytes()
                        + denied.memoryBytes()
                        + processBytes(),
                publisher.subscribers(),
                publisher.lost(),
                sweeps,
                lastSweepNanos);
    }

    private long processBytes() {
        return processes == null ? 0 : processes.memoryBytes();
    }

    /** Sleeps to the next look at the logs: five a second, fifty while entries are evicted. */
    public IdleStrategy idleStrategy() {
        return new PacedIdle();
    }

    private final class PacedIdle implements IdleStrategy {
        @Override
        public void idle(final int workCount) {
            idle();
        }

        @Override
        public void idle() {
            final long untilSweep = Math.max(1, nextSweep - System.nanoTime());
            LockSupport.parkNanos(Math.min(untilSweep, busy ? BUSY_POLL_NANOS : POLL_NANOS));
        }

        @Override
        public void reset() {}
    }

    @Override
    public String roleName() {
        return "flow-sweep";
    }
}
