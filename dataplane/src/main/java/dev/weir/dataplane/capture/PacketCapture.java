package dev.weir.dataplane.capture;

import dev.weir.dataplane.attach.BpfHooks;
import dev.weir.dataplane.event.RingBuffer;
import dev.weir.dataplane.layout.CaptureLayout;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.object.BpfObject;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.table.Redirection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A capture: its own programs, a ring of its own, and the interfaces they are on. Nothing is copied
 * before {@link #add}; closing puts the usual programs back and takes all of it out of the kernel.
 *
 * <p>{@link #poll} is for one thread; the rest for any.
 */
public final class PacketCapture implements AutoCloseable {
    private static final String RING = "weir_captured";
    private static final String TOTALS = "weir_capture_totals";

    private final BpfHooks hooks;
    private final LoadedObject object;
    private final BpfProgram from;
    private final BpfProgram to;
    private final RingBuffer ring;
    private final MappedMemory totalsMemory;
    private final UnsafeBuffer totals;
    private final CapturedPacket packet = new CapturedPacket();
    private final Set<Integer> interfaces = new HashSet<>();
    private final Redirection redirection;
    private boolean closed;

    private PacketCapture(
            final BpfHooks hooks,
            final LoadedObject object,
            final int endpoints,
            final Redirection redirection) {
        this.redirection = redirection;
        this.hooks = hooks;
        this.object = object;
        from = object.program("weir_capture_from");
        to = object.program("weir_capture_to");
        try (BpfMap map = object.map(RING)) {
            ring = new RingBuffer(map, CaptureLayout.RECORD_LENGTH + CaptureLayout.LONGEST);
        }
        try (BpfMap map = object.map(TOTALS)) {
            totalsMemory = MappedMemory.ofArray(map);
            totals = totalsMemory.view(0, (long) endpoints * CaptureLayout.TOTAL_LENGTH);
        }
    }

    /**
     * Loads the programs.
     *
     * @param opened the object, its shared tables configured; this call uses it up
     * @param endpoints how many endpoints there can be
     * @param ringBytes a power of two: packets that wait to be read
     * @param redirection paused until the capture ends: what is redirected to an interface passes
     *     by its programs
     * @throws dev.weir.dataplane.jni.BpfException if the kernel refuses; nothing is left behind
     */
    public static PacketCapture load(
            final BpfObject opened,
            final BpfHooks hooks,
            final PacketFilter filter,
            final int endpoints,
            final int ringBytes,
            final Redirection redirection) {
        opened.set("weir_capture_filter", filter.bytes())
                .maxEntries(RING, ringBytes)
                .maxEntries(TOTALS, endpoints);
        final LoadedObject object = opened.load();
        redirection.pause();
        try {
            return new PacketCapture(hooks, object, endpoints, redirection);
        } catch (final RuntimeException e) {
            redirection.resume();
            object.close();
            throw e;
        }
    }

    /**
     * Captures at this interface too, from the next packet on; every packet meets the usual
     * programs or these.
     *
     * @return false if the interface has no programs of ours, or another capture has it
     */
    public synchronized boolean add(final int ifIndex) {
        if (closed || !hooks.divert(ifIndex, from, to)) {
            return false;
        }
        interfaces.add(ifIndex);
        return true;
    }

    /**
     * Hands over up to {@code limit} packets, oldest first; never blocks.
     *
     * @return how many
     */
    public int poll(final Consumer<CapturedPacket> handler, final int limit) {
        return ring.records(
                (buffer, offset, length) -> handler.accept(packet.at(buffer, offset)), limit);
    }

    /** Packets of an endpoint that passed the filter. */
    public long matched(final int endpoint) {
        return total(endpoint, CaptureLayout.MATCHED_OFFSET);
    }

    /** Those of them that found the ring full. */
    public long lost(final int endpoint) {
        return total(endpoint, CaptureLayout.LOST_OFFSET);
    }

    private long total(final int endpoint, final int offset) {
        return totals.getLongVolatile(endpoint * CaptureLayout.TOTAL_LENGTH + offset);
    }

    /** Puts the usual programs back; nothing is copied after it, and what was can still be read. */
    public synchronized void stop() {
        if (!closed) {
            redirection.resume();
        }
        closed = true;
        RuntimeException failure = null;
        for (final int ifIndex : interfaces) {
            try {
                hooks.restore(ifIndex);
            } catch (final RuntimeException e) {
                failure = e; // the others are to have theirs back
            }
        }
        if (!interfaces.isEmpty()) {
            hooks.awaitReplaced();
        }
        interfaces.clear();
        if (failure != null) {
            throw failure;
        }
    }

    /** Twice is fine; no {@link #poll} may run. */
    @Override
    public synchronized void close() {
        try {
            stop();
        } finally {
            ring.close();
            totalsMemory.close();
            from.close();
            to.close();
            object.close();
        }
    }
}
