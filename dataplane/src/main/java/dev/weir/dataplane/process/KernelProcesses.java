package dev.weir.dataplane.process;

import dev.weir.dataplane.event.RecordHandler;
import dev.weir.dataplane.event.RingBuffer;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.object.BpfObject;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.object.ProgramInfo;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The programs at the tracepoints of sockets. They are in the kernel as long as this is open and
 * not paused, and look only at the namespaces that are guarded. Nothing of it is pinned: who asked
 * for a socket is forgotten with the programs, so that none is told that may have changed unseen.
 *
 * <p>Every method is for any thread.
 */
public final class KernelProcesses implements ProcessSource, AutoCloseable {
    private static final List<String> PROGRAMS =
            List.of("weir_process_state", "weir_process_again");
    private static final String NETNS = "weir_process_netns";
    private static final String EVENTS = "weir_process_events";
    private static final String CONNECTS = "weir_process_connects";
    private static final String LOSSES = "weir_process_losses";

    private final Path file;
    private final int namespaces;
    private final int connects;
    private final int ringBytes;
    private final UnsafeBuffer key = new UnsafeBuffer(DirectMemory.allocate(Long.BYTES));
    private final UnsafeBuffer value = new UnsafeBuffer(DirectMemory.allocate(Integer.BYTES));

    /** How many endpoints are in each namespace. */
    private final Map<Long, Integer> guarded = new HashMap<>();

    private Running running;
    private Losses before = Losses.NONE;

    private KernelProcesses(
            final Path file, final int namespaces, final int connects, final int ringBytes) {
        this.file = file;
        this.namespaces = namespaces;
        this.connects = connects;
        this.ringBytes = ringBytes;
        this.running = new Running();
    }

    /**
     * Loads and attaches the programs.
     *
     * @param namespaces how many can be guarded at a time
     * @param connects a power of two: handshakes that can be under way at a time
     * @param ringBytes a power of two: room for what waits to be read
     * @throws BpfException if the kernel refuses; nothing is left behind
     */
    public static KernelProcesses open(
            final Path file, final int namespaces, final int connects, final int ringBytes) {
        if (Integer.bitCount(connects) != 1) {
            throw new IllegalArgumentException(
                    "connects: " + connects + " (expected: a power of two)");
        }
        return new KernelProcesses(file, namespaces, connects, ringBytes);
    }

    /** What is in the kernel. */
    private final class Running {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();
        private final BpfProgram[] programs = new BpfProgram[PROGRAMS.size()];
        private final BpfMap netns;
        private final RingBuffer ring;
        private final UnsafeBuffer losses;

        Running() {
            try (BpfObject object = BpfObject.open(file)) {
                object.set("weir_process_slots", connects);
                object.maxEntries(NETNS, namespaces)
                        .maxEntries(CONNECTS, connects)
                        .maxEntries(EVENTS, ringBytes);
                final LoadedObject loaded = opened(object.load());
                netns = opened(loaded.map(NETNS));
                netns.expect(MapType.HASH, Long.BYTES, Integer.BYTES);
                try (BpfMap map = loaded.map(EVENTS)) {
                    ring = opened(new RingBuffer(map));
                }
                try (BpfMap map = loaded.map(LOSSES)) {
                    losses = opened(MappedMemory.ofArray(map)).view(0, ProcessLayout.LOSSES_LENGTH);
                }
                guarded.keySet().forEach(this::enter);
                for (int i = 0; i < programs.length; i++) {
                    programs[i] = opened(loaded.program(PROGRAMS.get(i)));
                    opened(KernelLink.tracepoint(programs[i]));
                }
            } catch (final RuntimeException e) {
                close();
                throw e;
            }
        }

        private <T extends AutoCloseable> T opened(final T part) {
            parts.push(part);
            return part;
        }

        void enter(final long cookie) {
            key.putLong(0, cookie);
            value.putInt(0, 1);
            netns.update(key, value);
        }

        void leave(final long cookie) {
            key.putLong(0, cookie);
            netns.delete(key);
        }

        Losses losses() {
            long missed = 0;
            for (final BpfProgram program : programs) {
                missed += program.info().misses();
            }
            return new Losses(
                    losses.getLongVolatile(ProcessLayout.LOST_EVENTS_OFFSET),
                    losses.getLongVolatile(ProcessLayout.LOST_SOCKETS_OFFSET),
                    missed);
        }

        void close() {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (final Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /**
     * From now on this namespace's connections are told of; once for each endpoint in it.
     *
     * @param cookie SO_NETNS_COOKIE
     * @throws BpfException if there are more namespaces than were foreseen
     */
    public synchronized void guard(final long cookie) {
        if (guarded.merge(cookie, 1, Integer::sum) == 1 && running != null) {
            try {
                running.enter(cookie);
            } catch (final BpfException e) {
                guarded.remove(cookie);
                throw e;
            }
        }
    }

    /** The opposite; nothing happens for a namespace that is not guarded. */
    public synchronized void release(final long cookie) {
        final Integer endpoints = guarded.get(cookie);
        if (endpoints == null) {
            return;
        }
        if (endpoints > 1) {
            guarded.put(cookie, endpoints - 1);
            return;
        }
        guarded.remove(cookie);
        if (running != null) {
            running.leave(cookie);
        }
    }

    /**
     * Takes the programs out of the kernel, with what was not read yet; or puts them back.
     *
     * @throws BpfException if the kernel no longer takes them; it stays paused then
     */
    public synchronized void pause(final boolean off) {
        if (off && running != null) {
            before = losses();
            running.close();
            running = null;
        } else if (!off && running == null) {
            running = new Running();
        }
    }

    /** The programs that run now. */
    public synchronized List<ProgramInfo> programs() {
        return running == null
                ? List.of()
                : List.of(running.programs).stream().map(BpfProgram::info).toList();
    }

    @Override
    public synchronized int poll(final RecordHandler handler, final int limit) {
        return running == null ? 0 : running.ring.records(handler, limit);
    }

    @Override
    public synchronized Losses losses() {
        return running == null ? before : before.plus(running.losses());
    }

    /** Twice is fine. */
    @Override
    public synchronized void close() {
        pause(true);
    }
}
