package dev.weir.controller.flow;

import dev.weir.dataplane.layout.EpochCopy;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.table.CacheRegions;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one of the per-CPU caches and attributes exactly what each entry counted.
 *
 * <p>An entry belongs to one flow while its epoch stands. Before the datapath gives it to another
 * one, it writes the final counters to its CPU's log, unless the epoch says that they were known
 * ({@link EntryLayout#wasKnown}). So when a slot shows a new epoch, the event of the old one is in
 * the log or never will be: then the log was full, the datapath added the whole entry to the
 * endpoint's overflow, and what the sweep had attributed of it is there twice. {@link
 * EndpointLife#twice} keeps that. So for each endpoint flows + overflow - twice = counters.
 */
final class CacheSweep implements SoloSlots {
    private final EntryLayout layout;
    private final CacheRegions cache;
    private final DueParts due;
    private final SlotShadow shadow;
    private final FlowLedger ledger;
    private final EndpointLives lives;
    private final Runnable drain;
    private final UnsafeBuffer copy = new UnsafeBuffer(ByteBuffer.allocateDirect(FlowEntry.LENGTH));
    private final UnsafeBuffer read;
    private final Counts counts = new Counts();
    private final Counts before = new Counts();
    private final Counts delta = new Counts();
    private final FlowRow flow = new FlowRow();
    private long evicted;
    private long lost;

    /**
     * A sweep of the flow cache, which reads what was written.
     *
     * @param drain reads the logs until they are empty, into {@link #onEvicted}
     */
    static CacheSweep ofFlows(
            final FlowRegions cache,
            final LongSupplier nanoTime,
            final FlowLedger ledger,
            final EndpointLives lives,
            final Runnable drain) {
        final DueParts written = new WrittenParts(cache, nanoTime);
        return new CacheSweep(EntryLayout.FLOW, cache, written, ledger, lives, drain);
    }

    /** Likewise of the cache of denied traffic, which it reads whole. */
    static CacheSweep ofDenied(
            final DeniedRegions cache,
            final FlowLedger ledger,
            final EndpointLives lives,
            final Runnable drain) {
        return new CacheSweep(EntryLayout.DENIED, cache, DueParts.ALL, ledger, lives, drain);
    }

    private CacheSweep(
            final EntryLayout layout,
            final CacheRegions cache,
            final DueParts due,
            final FlowLedger ledger,
            final EndpointLives lives,
            final Runnable drain) {
        this.layout = layout;
        this.cache = cache;
        this.due = due;
        this.read = new UnsafeBuffer(copy, 0, layout.readLength);
        this.shadow = new SlotShadow(Math.multiplyExact(cache.cpus(), cache.slots()));
        this.ledger = ledger;
        this.lives = lives;
        this.drain = drain;
        ledger.slots(layout, this);
    }

    /**
     * Reads all regions from end to end where something was written, and the logs after each window
     * of them: they need not hold what is evicted during a whole sweep.
     *
     * @return how many entries had changed
     */
    int scan() {
        due.start();
        int changed = 0;
        for (int cpu = 0; cpu < cache.cpus(); cpu++) {
            for (int first = 0; first < cache.slots(); first += cache.windowSlots()) {
                changed += scan(cpu, first);
            }
        }
        cache.release();
        return changed;
    }

    /** One window, piece by piece. */
    private int scan(final int cpu, final int first) {
        final int step = cache.pieceSlots();
        final int end = Math.min(first + cache.windowSlots(), cache.slots());
        boolean read = false;
        int changed = 0;
        for (int slot = first; slot < end; slot += step) {
            if (due.isDue(cpu, slot / cache.partSlots())) {
                final AtomicBuffer window = cache.window(cpu, first);
                final int count = Math.min(step, end - slot);
                changed += scan(window, slot - first, count, cpu * cache.slots() + first);
                read = true;
            }
        }
        if (read) {
            drain.run();
        }
        return changed;
    }

    private int scan(
            final AtomicBuffer region, final int start, final int count, final int firstSlot) {
        final int length = layout.entryLength;
        long entry = OffHeap.address(region, start * length, count * length);
        int changed = 0;
        for (int i = start; i < start + count; i++, entry += length) {
            final int slot = firstSlot + i;
            final long sum =
                    layout.packets0(entry)
                            + layout.packets1(entry)
                            + layout.bytes0(entry)
                            + layout.bytes1(entry);
            final int seen = shadow.epoch(slot);
            final int word = UnsafeApi.getInt(entry + layout.epochOffset);
            if (sum != shadow.sum(slot) || layout.epoch(word, seen) != seen) {
                changed += visit(region, i * length, slot);
            }
        }
        return changed;
    }

    private long address(final DirectBuffer buffer, final int offset) {
        return OffHeap.address(buffer, offset, layout.entryLength);
    }

    /** Of an entry that the datapath may be writing. */
    private int epochNow(final long entry, final int slot) {
        final int word = UnsafeApi.getIntVolatile(null, entry + layout.epochOffset);
        return layout.epoch(word, shadow.epoch(slot));
    }

    /** Of a copy, or an event. */
    private int epoch(final DirectBuffer entry, final int offset, final int slot) {
        return layout.epoch(entry.getInt(offset + layout.epochOffset), shadow.epoch(slot));
    }

    /**
     * The usual case, without a copy: a flow that this slot alone counts has more packets.
     *
     * @return what {@link FlowLedger#count} says
     */
    private int count(final long entry, final int slot) {
        final int row = shadow.soloRow(slot);
        final int epoch = epochNow(entry, slot);
        if (row == FlowRow.NONE || layout != EntryLayout.FLOW || epoch != shadow.epoch(slot)) {
            return -1;
        }
        counts.read(layout, entry);
        final int lastSeen = UnsafeApi.getInt(entry + layout.lastSeenOffset);
        final long digest = EntryState.digest(entry);
        VarHandle.loadLoadFence();
        if (epochNow(entry, slot) != epoch) {
            return -1;
        }
        final long sum = counts.sum();
        final int more = ledger.count(row, counts, lastSeen, digest);
        if (more >= 0) {
            shadow.sum(slot, more == 0 ? sum : ~sum);
        }
        return more;
    }

    private int visit(final AtomicBuffer region, final int offset, final int slot) {
        final int counted = count(address(region, offset), slot);
        if (counted > 0) {
            return counted; // with the digest of before: there is nothing else to learn
        }
        final int changed = counted == 0 ? 0 : look(region, offset, slot);
        learn(region, offset, slot);
        return changed;
    }

    /** Whatever the slot has by now. */
    private int look(final AtomicBuffer region, final int offset, final int slot) {
        if (!copy(region, offset)) {
            return 1;
        }
        int epoch = epoch(copy, 0, slot);
        if (shadow.isOpen(slot) && shadow.epoch(slot) != epoch) {
            drain.run();
            /* A log may just have told the end of the very entry that was copied: look again. */
            if (!copy(region, offset)) {
                return 1;
            }
            epoch = epoch(copy, 0, slot);
            if (isUntold(slot, epoch)) {
                lose(slot);
            }
        }
        if (shadow.epoch(slot) == epoch + 1) {
            return 0; /* its event has been applied; the slot waits for the next flow */
        }
        if (shadow.epoch(slot) != epoch) {
            begin(slot, epoch);
        }
        return apply(slot);
    }

    /** A picture of one flow, but for its insight; false while the entry changes hands. */
    private boolean copy(final AtomicBuffer region, final int offset) {
        return EpochCopy.copy(
                region,
                offset,
                layout.epochOffset,
                layout.entryLength,
                cache.details(),
                layout.detailAt(offset),
                read);
    }

    /** Takes what the datapath learned of the flow that the slot has, if it has the same still. */
    private void learn(final AtomicBuffer region, final int offset, final int slot) {
        if (layout != EntryLayout.FLOW) {
            return;
        }
        final AtomicBuffer details = cache.details();
        final int at = layout.detailAt(offset) - FlowEntry.ENTRY_LENGTH;
        final long entry = address(region, offset);
        final int epoch = epochNow(entry, slot);
        final byte known = details.getByte(at + FlowEntry.KNOWN_OFFSET);
        if (epoch != shadow.epoch(slot) || (known & FlowEntry.KNOWN_NUMBERS) == 0) {
            return;
        }
        for (int i = FlowEntry.INSIGHT_OFFSET; i < FlowEntry.LENGTH; i += Long.BYTES) {
            copy.putLong(i, details.getLong(at + i));
        }
        VarHandle.loadLoadFence();
        if (epochNow(entry, slot) == epoch) {
            copy.putByte(FlowEntry.KNOWN_OFFSET, known);
            learn(slot, epoch, copy, 0, readBefore(slot));
        }
    }

    private void learn(
            final int slot,
            final int epoch,
            final DirectBuffer entry,
            final int offset,
            final int row) {
        if (layout == EntryLayout.FLOW && row != FlowRow.NONE) {
            ledger.row(row, flow);
            ledger.insights.merge(
                    slot, epoch, entry, offset, row, flow.generation(), lives.get(flow.life()));
        }
    }

    /** Attributes what the copied entry counted since the shadow of the same epoch. */
    private int apply(final int slot) {
        counts.read(layout, address(copy, 0));
        final long sum = counts.sum();
        final int hint = readBefore(slot);
        counts.follow(before, layout);
        delta.set(counts);
        delta.subtract(before);
        if (delta.isZero()) {
            /* Second look: state that the datapath writes after its counters is there by now. */
            if (hint != FlowRow.NONE) {
                ledger.refresh(layout, copy, 0, hint);
            }
            shadow.sum(slot, sum);
            return 0;
        }
        final int name = SoloSlots.name(layout, slot);
        own(slot, name, ledger.attribute(layout, copy, 0, delta, hint, name));
        shadow.sum(slot, ~sum);
        return 1;
    }

    /**
     * Reads what the slot's present epoch gave so far.
     *
     * @return the row that took it; {@link FlowRow#NONE} if there is none any more
     */
    private int readBefore(final int slot) {
        final int solo = shadow.soloRow(slot);
        if (solo != FlowRow.NONE) {
            ledger.row(solo, flow).read(before);
            return solo;
        }
        final SlotDetails detail = shadow.detail(slot);
        if (detail == null) {
            before.set(0, 0, 0, 0);
            return FlowRow.NONE;
        }
        detail.read(before);
        return ledger.isCurrent(detail.row(), detail.generation()) ? detail.row() : FlowRow.NONE;
    }

    /** The row has taken all that the slot counted; is it all that the row has? */
    private void own(final int slot, final int name, final int row) {
        ledger.row(row, flow);
        if (flow.solo() == name) {
            return;
        }
        flow.read(before);
        if (flow.solo() == 0 && before.isSame(counts)) {
            flow.solo(name);
            shadow.solo(slot, row);
        } else {
            shadow.share(slot).write(counts, row, flow.generation(), flow.life());
        }
    }

    @Override
    public void share(final int slot, final FlowRow row) {
        row.read(before);
        shadow.share(slot).write(before, row.row, row.generation(), row.life());
    }

    private void begin(final int slot, final int epoch) {
        final int solo = shadow.soloRow(slot);
        if (solo != FlowRow.NONE) {
            ledger.row(solo, flow).solo(0);
        }
        shadow.begin(slot, epoch);
    }

    /** A log told the final counters of an entry that has been given to another flow. */
    void onEvicted(final int cpu, final int cpuSlot, final DirectBuffer entry, final int offset) {
        if (cpu < 0 || cpu >= cache.cpus() || cpuSlot < 0 || cpuSlot >= cache.slots()) {
            return;
        }
        evicted++;
        final int slot = cpu * cache.slots() + cpuSlot;
        final int epoch = epoch(entry, offset, slot);
        counts.read(layout, address(entry, offset));
        if (shadow.epoch(slot) == epoch) {
            final int row = finish(entry, offset, readBefore(slot), SoloSlots.name(layout, slot));
            learn(slot, epoch, entry, offset, row);
            begin(slot, epoch + 1);
            return;
        }
        if (epoch - shadow.epoch(slot) > 0) {
            if (isUntold(slot, epoch)) {
                lose(slot); /* one CPU's events come in order: this one's event was lost */
            }
            begin(slot, epoch + 1);
        }
        before.set(0, 0, 0, 0);
        learn(slot, epoch, entry, offset, finish(entry, offset, FlowRow.NONE, 0));
    }

    /** Attributes the last of an entry; {@code name} is its slot's if that had it until now. */
    private int finish(final DirectBuffer entry, final int offset, final int row, final int name) {
        counts.follow(before, layout);
        counts.subtract(before);
        if (!counts.isZero()) {
            return ledger.attribute(layout, entry, offset, counts, row, name);
        }
        if (row != FlowRow.NONE) {
            ledger.refresh(layout, entry, offset, row);
        }
        return row;
    }

    /** The slot is at {@code epoch} by now, and of the one that was read there came no event. */
    private boolean isUntold(final int slot, final int epoch) {
        final int seen = shadow.epoch(slot);
        return shadow.isOpen(slot) && seen != epoch && !layout.wasKnown(seen, epoch);
    }

    /** Whose the slot's counts are. */
    private int life(final int slot) {
        final int solo = shadow.soloRow(slot);
        if (solo != FlowRow.NONE) {
            return ledger.row(solo, flow).life();
        }
        final SlotDetails detail = shadow.detail(slot);
        return detail == null ? 0 : detail.life();
    }

    /** What the shadow attributed is in the endpoint's overflow as well. */
    private void lose(final int slot) {
        lost++;
        final EndpointLife life = lives.get(life(slot));
        if (life != null) {
            readBefore(slot);
            life.twice.add(before);
        }
    }

    /** Entries that the logs told of. */
    long evicted() {
        return evicted;
    }

    /** Entries that were seen and then changed hands without an event. */
    long lost() {
        return lost;
    }

    long memoryBytes() {
        return shadow.memoryBytes();
    }
}
