package dev.weir.controller.flow;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKeyView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every flow in memory: the open ones, and of the ended ones as many as fit, the oldest pushed out
 * first and counted. One flow is one connection of one endpoint, whatever CPUs it was on, or one
 * kind of denied traffic. Allocates nothing for flows it knows. One thread at a time.
 */
final class FlowLedger {
    /** What a row costs with its share of the index. */
    private static final int BYTES_PER_ROW = FlowRow.LENGTH + 16;

    /** An open flow that has to go for want of memory is the idlest of so many. */
    private static final int FORCED_SAMPLE = 16;

    /** A packet steps {@code told} eight times at most: within so many it cannot come round. */
    private static final int SURE_PACKETS = 31;

    private final FlowRows rows;
    final FlowIndex index;
    private final EndedFlows ended;
    private final EndpointLives lives;
    private final FlowExpiry expiry;
    private final FlowRow current = new FlowRow();
    private final FlowRow other = new FlowRow();
    private final Counts before = new Counts();
    private final EntryState state = new EntryState();
    private final UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocateDirect(48));
    private final ChangedRows changed;

    final FlowInsights insights = new FlowInsights();
    private final SoloSlots[] soloSlots = new SoloSlots[EntryLayout.values().length];

    private boolean tracking;
    private long now;
    private int sweep;
    private long live;
    private long pushedOut;
    private long pushedOutPackets;
    private long pushedOutUntil = -1;
    private long forcedOut;
    private int hand;

    FlowLedger(final long memoryBytes, final EndpointLives lives, final FlowExpiry expiry) {
        this.rows = new FlowRows((int) Math.min(memoryBytes / BYTES_PER_ROW, 1 << 27));
        this.index = new FlowIndex(rows);
        this.ended = new EndedFlows(rows);
        this.changed = new ChangedRows(rows);
        this.lives = lives;
        this.expiry = expiry;
    }

    /** Starts a sweep at {@code jiffies}; {@code track}: note the flows that it changes. */
    void startSweep(final long jiffies, final boolean track) {
        now = jiffies;
        tracking = track;
        sweep++;
        if (!track) {
            changed.forget();
        }
    }

    /** Who keeps the slots of a cache. */
    void slots(final EntryLayout layout, final SoloSlots slots) {
        soloSlots[layout.ordinal()] = slots;
    }

    /**
     * Takes all that a row's only slot has counted, if nothing else about the flow is new.
     *
     * @param digest {@link EntryState#digest} of the entry
     * @return 1 if there was more than before, 0 if not, -1 if {@link #attribute} is needed
     */
    int count(final int row, final Counts counts, final int lastSeen, final long digest) {
        rows.wrap(current, row);
        final long last = extend(lastSeen);
        if (current.getLong(FlowRow.DIGEST) != digest
                || current.stage() != FlowRow.LIVE
                || last < current.lastSeen()) {
            return -1;
        }
        current.read(before);
        counts.follow(before, EntryLayout.FLOW);
        if (counts.packets() - before.packets() > SURE_PACKETS) {
            return -1;
        }
        current.write(counts);
        current.putLong(FlowRow.LAST_SEEN, last);
        counts.subtract(before);
        if (counts.isZero()) {
            return 0;
        }
        final EndpointLife life = lives.get(current.life());
        if (life != null) {
            life.attributed.add(counts);
        }
        touch();
        return 1;
    }

    /**
     * Adds what a cache entry counted since it was last seen.
     *
     * @param hint row that took its counts before, if {@link #isCurrent}; else {@link FlowRow#NONE}
     * @param slot of the entry as {@link FlowRow#solo} names it; 0: it is in none any more
     * @return the row that took them
     */
    int attribute(
            final EntryLayout layout,
            final DirectBuffer entry,
            final int offset,
            final Counts delta,
            final int hint,
            final int slot) {
        rows.wrap(current, hint == FlowRow.NONE ? rowFor(layout, entry, offset) : hint);
        if (current.stage() == FlowRow.ENDED
                && !isTerminal(current)
                && !isOld(entry, layout, offset)) {
            reopen();
        }
        if (current.solo() != slot) {
            SoloSlots.end(soloSlots, current);
        }
        current.add(delta);
        merge(layout, entry, offset);
        final EndpointLife life = lives.get(current.life());
        if (life != null) {
            life.attributed.add(delta);
        }
        touch();
        return current.row;
    }

    /** Takes the entry's state without counts: it may have been written after its counters. */
    void refresh(
            final EntryLayout layout, final DirectBuffer entry, final int offset, final int row) {
        rows.wrap(current, row);
        merge(layout, entry, offset);
        touch();
    }

    private void merge(final EntryLayout layout, final DirectBuffer entry, final int offset) {
        state.merge(
                current,
                layout,
                entry,
                offset,
                extend(entry.getInt(offset + layout.firstSeenOffset)),
                extend(entry.getInt(offset + layout.lastSeenOffset)),
                lives.get(current.life()));
    }

    /** True if the row is still the flow that it was at that generation. */
    boolean isCurrent(final int row, final int generation) {
        rows.wrap(other, row);
        return other.generation() == generation && other.stage() != FlowRow.FREE;
    }

    /** True for an entry of a connection that another has followed under the same key. */
    private boolean isOld(final DirectBuffer entry, final EntryLayout layout, final int offset) {
        return current.getByte(FlowRow.INDEXED) == 0
                || layout == EntryLayout.FLOW
                        && entry.getInt(offset + FlowEntry.CREATED_OFFSET) - current.created() < 0;
    }

    private int rowFor(final EntryLayout layout, final DirectBuffer entry, final int offset) {
        EntryKey.write(layout, entry, offset, key);
        final int found = index.find(key, 0);
        if (found == FlowRow.NONE) {
            return create(layout, entry, offset, true);
        }
        rows.wrap(current, found);
        if (layout == EntryLayout.DENIED) {
            return found;
        }
        final int age = entry.getInt(offset + FlowEntry.CREATED_OFFSET) - current.created();
        final boolean uncached =
                (entry.getByte(offset + FlowEntry.FLAGS_OFFSET) & FlowEntry.UNCACHED) != 0;
        if (age == 0 || uncached && current.stage() == FlowRow.LIVE) {
            return found;
        }
        if (age < 0) {
            return create(layout, entry, offset, false);
        }
        if (current.stage() == FlowRow.LIVE) {
            end(found, FlowRow.BY_REUSE);
        }
        index.remove(found);
        rows.wrap(current, found).putByte(FlowRow.INDEXED, 0);
        return create(layout, entry, offset, true);
    }

    /** A new row; not {@code indexed}: a later connection has the key already. */
    private int create(
            final EntryLayout layout,
            final DirectBuffer entry,
            final int offset,
            final boolean indexed) {
        int row = rows.take();
        while (row == FlowRow.NONE) {
            pushOutOne();
            row = rows.take();
        }
        rows.wrap(other, row);
        UnsafeApi.copyMemory(key.addressOffset(), other.cold, FlowKeyView.LENGTH);
        final EndpointLife life = lives.current(layout.endpoint(entry, offset));
        other.stage(FlowRow.LIVE);
        other.putInt(FlowRow.LIFE, life.serial);
        other.putInt(
                FlowRow.REMOTE_LIFE,
                lives.owner(
                        key.getLong(16, ByteOrder.BIG_ENDIAN),
                        key.getLong(24, ByteOrder.BIG_ENDIAN)));
        lives.hold(life.serial);
        lives.hold(other.remoteLife());
        final long first = extend(entry.getInt(offset + layout.firstSeenOffset));
        other.putLong(FlowRow.FIRST_SEEN, first);
        other.putLong(FlowRow.LAST_SEEN, first);
        other.putInt(FlowRow.REPORTED_AT, (int) now);
        other.putInt(FlowRow.BORN, sweep);
        if (layout == EntryLayout.FLOW) {
            other.putInt(FlowRow.CREATED, entry.getInt(offset + FlowEntry.CREATED_OFFSET));
        }
        live++;
        life.activeFlows++;
        if (indexed) {
            other.putByte(FlowRow.INDEXED, 1);
            index.add(row);
        } else {
            end(row, FlowRow.BY_REUSE);
        }
        return row;
    }

    private void touch() {
        if (tracking) {
            changed.add(current);
        }
    }

    /** 64-bit jiffies of the low 32 bits of a time near now. */
    private long extend(final int jiffies) {
        return now + (jiffies - (int) now);
    }

    private static boolean isTerminal(final FlowRow flow) {
        return flow.state() >= FlowExpiry.FIRST_TERMINAL_STATE;
    }

    private void reopen() {
        ended.remove(current.row);
        current.stage(FlowRow.LIVE);
        live++;
        final EndpointLife life = lives.get(current.life());
        life.activeFlows++;
    }

    private void end(final int row, final int cause) {
        rows.wrap(other, row);
        other.stage(FlowRow.ENDED);
        other.putByte(FlowRow.END_CAUSE, cause);
        ended.add(row);
        live--;
        lives.get(other.life()).activeFlows--;
        if (tracking) {
            changed.add(other);
        }
    }

    /** Ends what has been idle for too long. */
    void expire() {
        final int end = rows.end();
        for (int row = 0; row < end && live > 0; row++) {
            rows.wrap(current, row);
            if (current.stage() == FlowRow.LIVE && expiry.isOver(current, now)) {
                end(row, FlowRow.BY_IDLING);
            }
        }
    }

    /** Ends all flows of one life of an endpoint. */
    void endAll(final int life) {
        final int end = rows.end();
        for (int row = 0; row < end; row++) {
            rows.wrap(current, row);
            if (current.stage() == FlowRow.LIVE && current.life() == life) {
                end(row, FlowRow.BY_DETACH);
            }
        }
    }

    private void pushOutOne() {
        if (ended.isEmpty()) {
            end(idlest(), FlowRow.BY_PRESSURE);
            forcedOut++;
        }
        final int row = ended.takeOldest();
        rows.wrap(other, row);
        SoloSlots.end(soloSlots, other);
        pushedOut++;
        pushedOutUntil = Math.max(pushedOutUntil, other.lastSeen());
        other.read(before);
        pushedOutPackets += before.packets();
        if (other.getByte(FlowRow.INDEXED) != 0) {
            index.remove(row);
        }
        final int life = other.life();
        final int remoteLife = other.remoteLife();
        lives.get(life).pushedOut.add(before);
        rows.release(row);
        lives.release(life);
        lives.release(remoteLife);
    }

    private int idlest() {
        int best = FlowRow.NONE;
        long bestSeen = 0;
        for (int i = 0; i < FORCED_SAMPLE || best == FlowRow.NONE; i++) {
            hand = hand + 1 < rows.end() ? hand + 1 : 0;
            rows.wrap(other, hand);
            if (other.stage() == FlowRow.LIVE
                    && (best == FlowRow.NONE || other.lastSeen() < bestSeen)) {
                best = hand;
                bestSeen = other.lastSeen();
            }
        }
        return best;
    }

    /** The rows that changed since they were handed to a subscriber. */
    ChangedRows changed() {
        return changed;
    }

    /** Hands over every flow, in no order. */
    void forEach(final RowConsumer consumer) {
        final int end = rows.end();
        for (int row = 0; row < end; row++) {
            rows.wrap(current, row);
            if (current.stage() != FlowRow.FREE) {
                consumer.accept(current);
            }
        }
    }

    FlowRow row(final int row, final FlowRow flyweight) {
        return rows.wrap(flyweight, row);
    }

    boolean wasBornNow(final FlowRow flow) {
        return flow.getInt(FlowRow.BORN) == sweep;
    }

    long now() {
        return now;
    }

    long live() {
        return live;
    }

    long ended() {
        return ended.size();
    }

    long pushedOut() {
        return pushedOut;
    }

    long pushedOutPackets() {
        return pushedOutPackets;
    }

    /** When the latest of the flows that were pushed out was last seen, in jiffies; -1: none. */
    long pushedOutUntil() {
        return pushedOutUntil;
    }

    long forcedOut() {
        return forcedOut;
    }

    /** When the oldest ended flow was last seen, in jiffies; -1 if there is none. */
    long oldestEnded() {
        return ended.isEmpty() ? -1 : rows.wrap(other, ended.oldest()).lastSeen();
    }

    long memoryBytes() {
        return rows.memoryBytes() + index.memoryBytes() + insights.memoryBytes();
    }

    long memoryLimitBytes() {
        return (long) rows.limit() * BYTES_PER_ROW;
    }

    /** Takes one flow; the flyweight is used again. */
    interface RowConsumer {
        void accept(FlowRow flow);
    }
}
