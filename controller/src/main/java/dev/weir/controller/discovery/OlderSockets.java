package dev.weir.controller.discovery;

import dev.weir.controller.thread.Daemons;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.netlink.NetworkNamespace;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.process.SocketHolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds whose the sockets are that were there before the programs at the sockets: listeners, and
 * sockets for datagrams. On a thread of its own, so that nobody waits for it; asleep until somebody
 * asks.
 */
public final class OlderSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OlderSockets.class);

    /** From the end of a look: many that come at once share one reading of {@code /proc}. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** For the processes of one namespace; what it did not come to stays unknown. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long STOP_SECONDS = 10;

    private final ProcessTable table = new ProcessTable(Path.of("/proc"));
    private final KernelProcesses processes;
    private final Set<Long> waiting = new HashSet<>();
    private final AtomicBoolean isLookDue = new AtomicBoolean();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("weir-older-sockets"));
    private final AtomicLong found = new AtomicLong();
    private volatile long nextLook = System.nanoTime();
    private volatile String refusal = "";
    private volatile boolean isClosed;

    /**
     * @param processes where it is written down; the caller's, closed after this
     */
    public OlderSockets(final KernelProcesses processes) {
        this.processes = processes;
    }

    /** From any thread: looks soon at the processes of the network namespace with that inode. */
    public void look(final long namespace) {
        synchronized (waiting) {
            waiting.add(namespace);
        }
        lookSoon();
    }

    private void lookSoon() {
        if (isClosed || !isLookDue.compareAndSet(false, true)) {
            return;
        }
        try {
            timer.schedule(this::lookAndPause, nextLook - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (final RejectedExecutionException e) {
            LOG.debug("closed meanwhile: sockets from before are not looked at");
        }
    }

    private void lookAndPause() {
        try {
            lookAtAll();
        } catch (final IOException | RuntimeException e) {
            LOG.warn("sockets from before have no process: {}", e.toString());
        }
        nextLook = System.nanoTime() + PAUSE_NANOS;
        isLookDue.set(false);
        if (isWaiting()) {
            lookSoon();
        }
    }

    private boolean isWaiting() {
        synchronized (waiting) {
            return !waiting.isEmpty();
        }
    }

    private Set<Long> take() {
        synchronized (waiting) {
            final Set<Long> taken = Set.copyOf(waiting);
            waiting.clear();
            return taken;
        }
    }

    private void lookAtAll() throws IOException {
        final Set<Long> wanted = take();
        refusal = table.hasNetworkClasses() ? "cgroup v1 gives sockets classes or priorities" : "";
        if (!refusal.isEmpty()) {
            return;
        }
        final Map<Long, TreeSet<Integer>> namespaces = table.namespaces();
        namespaces.keySet().retainAll(wanted);
        for (final Map.Entry<Long, TreeSet<Integer>> each : namespaces.entrySet()) {
            try {
                look(each.getKey(), each.getValue());
            } catch (final BpfException e) {
                LOG.warn("network namespace {}: {}", each.getKey(), e.getMessage());
            }
        }
    }

    private void look(final long namespace, final TreeSet<Integer> pids) {
        final long end = System.nanoTime() + MOST_NANOS;
        final Set<Long> listeners = listeners(namespace, pids);
        final Set<Long> settled = new HashSet<>();
        // Who inherited a socket comes after the ancestor that made it, which gets it.
        for (final int pid : table.parentsFirst(pids)) {
            try (SocketHolder holder = SocketHolder.open(pid)) {
                if (table.isIn(pid, namespace)) {
                    claim(holder, listeners, settled, end);
                }
            } catch (final BpfException e) {
                LOG.debug("process {} is passed over: {}", pid, e.getMessage());
            }
            if (isOver(end)) {
                LOG.info("network namespace {}: no time for sockets after {}'s", namespace, pid);
                return;
            }
        }
    }

    private boolean isOver(final long end) {
        return isClosed || System.nanoTime() - end > 0;
    }

    /** Connections are let alone: who closes one while we had a copy would not be seen closing. */
    private void claim(
            final SocketHolder holder,
            final Set<Long> listeners,
            final Set<Long> settled,
            final long end) {
        final byte[] comm = table.comm(holder.pid());
        table.sockets(
                holder.pid(),
                (fd, inode) -> {
                    if (!settled.contains(inode)
                            && (!listeners.contains(inode) && !holder.hasDatagrams(fd)
                                    || adopt(holder, fd, comm))) {
                        settled.add(inode);
                    }
                    return !isOver(end);
                });
    }

    /** False if it could not be had: it may be another process's, too. */
    private boolean adopt(final SocketHolder holder, final int fd, final byte[] comm) {
        try {
            found.addAndGet(processes.adopt(holder, fd, comm) ? 1 : 0);
            return true;
        } catch (final BpfException e) {
            LOG.debug("process {}: {}", holder.pid(), e.getMessage());
            return false;
        }
    }

    private Set<Long> listeners(final long namespace, final TreeSet<Integer> pids) {
        for (final int pid : pids) {
            try (NetworkNamespace inside = NetworkNamespace.open(table.namespaceOf(pid))) {
                if (inside.inode() == namespace) {
                    return inside.listeners();
                }
            } catch (final BpfException e) {
                LOG.debug("process {} is gone: {}", pid, e.getMessage());
            }
        }
        return Set.of();
    }

    /** Sockets so far that got their process by this. */
    public long found() {
        return found.get();
    }

    /** Why the last look was not taken; empty if it was. */
    public String refusal() {
        return refusal;
    }

    /** Waits for what is being looked at. */
    @Override
    public void close() {
        isClosed = true;
        timer.shutdownNow();
        try {
            timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
