package dev.weir.controller.flow;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one of the per-CPU caches and attributes exactly what each entry counted.
 *
 * <p>An entry belongs to one flow while its epoch stands. Before the datapath gives it to another
 * one, it submits the final counters to the ring buffer, so when a slot shows a new epoch, the
 * event of the old one is in the ring or never will be: then the ring was full, the datapath added
 * the whole entry to the endpoint's overflow, and what the sweep had attributed of it is there
 * twice. {@link EndpointLife#twice} keeps that. So for each endpoint flows + overflow - twice =
 * counters.
 */
final class CacheSweep {
    private static final int ATTEMPTS = 3;

    private final EntryLayout layout;
    private final AtomicBuffer[] regions;
    private final int slots;
    private final SlotShadow shadow;
    private final PendingSlots pending = new PendingSlots();
    private final FlowLedger ledger;
    private final EndpointLives lives;
    private final Runnable drain;
    private final UnsafeBuffer copy =
            new UnsafeBuffer(ByteBuffer.allocateDirect(EntryLayout.COMMON_LENGTH));
    private final Counts counts = new Counts();
    private final Counts before = new Counts();
    private long sweep;
    private long evicted;
    private long lost;

    /**
     * A sweep of one cache.
     *
     * @param regions memory of each CPU
     * @param slots entries of each CPU
     * @param drain reads the ring buffer until it is empty, into {@link #onEvicted}
     */
    CacheSweep(
            final EntryLayout layout,
            final AtomicBuffer[] regions,
            final int slots,
            final FlowLedger ledger,
            final EndpointLives lives,
            final Runnable drain) {
        this.layout = layout;
        this.regions = regions.clone();
        this.slots = slots;
        this.shadow = new SlotShadow(regions.length * slots);
        this.ledger = ledger;
        this.lives = lives;
        this.drain = drain;
    }

    /**
     * Reads all regions from end to end.
     *
     * @return how many entries had changed
     */
    int scan() {
        sweep++;
        int changed = 0;
        for (int cpu = 0; cpu < regions.length; cpu++) {
            changed += scan(regions[cpu], cpu * slots);
        }
        pending.expire(sweep);
        return changed;
    }

    private int scan(final AtomicBuffer region, final int firstSlot) {
        int changed = 0;
        for (int i = 0; i < slots; i++) {
            final int offset = i * layout.length;
            final int slot = firstSlot + i;
            final long sum =
                    region.getLong(offset + layout.packets0Offset)
                            + region.getLong(offset + layout.packets1Offset)
                            + region.getLong(offset + layout.bytes0Offset)
                            + region.getLong(offset + layout.bytes1Offset);
            if (sum != shadow.sum(slot)
                    || region.getInt(offset + layout.epochOffset) != shadow.epoch(slot)) {
                changed += visit(region, offset, slot);
            }
        }
        return changed;
    }

    private int visit(final AtomicBuffer region, final int offset, final int slot) {
        if (!copy(region, offset)) {
            return 1;
        }
        int epoch = copy.getInt(layout.epochOffset);
        if (shadow.isOpen(slot) && shadow.epoch(slot) != epoch) {
            drain.run();
            /* The ring may just have told the end of the very entry that was copied: look again. */
            if (!copy(region, offset)) {
                return 1;
            }
            epoch = copy.getInt(layout.epochOffset);
            if (shadow.isOpen(slot) && shadow.epoch(slot) != epoch) {
                pending.add(shadow, slot, sweep);
                lose(slot);
            }
        }
        if (shadow.epoch(slot) == epoch + 1) {
            return 0; /* its event has been applied; the slot waits for the next flow */
        }
        if (shadow.epoch(slot) != epoch) {
            shadow.begin(slot, epoch);
        }
        return apply(slot);
    }

    /** A picture of one flow; false while the entry changes hands. */
    private boolean copy(final AtomicBuffer region, final int offset) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int epoch = region.getIntVolatile(offset + layout.epochOffset);
            if ((epoch & 1) == 0) {
                for (int i = 0; i < EntryLayout.COMMON_LENGTH; i += Long.BYTES) {
                    copy.putLong(i, region.getLong(offset + i));
                }
                VarHandle.loadLoadFence();
                if (region.getIntVolatile(offset + layout.epochOffset) == epoch) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Attributes what the copied entry counted since the shadow of the same epoch. */
    private int apply(final int slot) {
        counts.read(layout, copy, 0);
        final long sum = counts.sum();
        shadow.read(slot, before);
        shadow.write(slot, counts);
        counts.subtract(before);
        if (counts.isZero()) {
            /* Second look: state that the datapath writes after its counters is there by now. */
            ledger.refresh(layout, copy, 0, shadow.row(slot), shadow.generation(slot));
            shadow.sum(slot, sum);
            return 0;
        }
        final int row =
                ledger.attribute(
                        layout, copy, 0, counts, shadow.row(slot), shadow.generation(slot));
        shadow.owner(slot, row, ledger.generation(row), ledger.life(row));
        shadow.sum(slot, ~sum);
        return 1;
    }

    /** The ring buffer told the final counters of an entry that has been given to another flow. */
    void onEvicted(final int cpu, final int cpuSlot, final DirectBuffer entry, final int offset) {
        if (cpu < 0 || cpu >= regions.length || cpuSlot < 0 || cpuSlot >= slots) {
            return;
        }
        evicted++;
        final int slot = cpu * slots + cpuSlot;
        final int epoch = entry.getInt(offset + layout.epochOffset);
        counts.read(layout, entry, offset);
        if (shadow.epoch(slot) == epoch) {
            shadow.read(slot, before);
            finish(entry, offset, shadow.row(slot), shadow.generation(slot));
            shadow.close(slot, epoch);
            return;
        }
        final PendingSlots.Entry late = pending.take(slot, epoch);
        if (late != null) {
            takeBack(late);
            before.set(0, 0, 0, 0);
            before.add(late.counts);
            finish(entry, offset, late.row, late.generation);
            return;
        }
        if (epoch - shadow.epoch(slot) > 0) {
            if (shadow.isOpen(slot)) {
                lose(slot); /* one CPU's events come in order: this one's event was lost */
            }
            shadow.close(slot, epoch);
        }
        before.set(0, 0, 0, 0);
        finish(entry, offset, FlowRow.NONE, 0);
    }

    private void finish(
            final DirectBuffer entry, final int offset, final int row, final int generation) {
        counts.subtract(before);
        if (counts.isZero()) {
            ledger.refresh(layout, entry, offset, row, generation);
        } else {
            ledger.attribute(layout, entry, offset, counts, row, generation);
        }
    }

    /** What the shadow attributed is in the endpoint's overflow as well. */
    private void lose(final int slot) {
        lost++;
        final EndpointLife life = lives.get(shadow.life(slot));
        if (life != null) {
            shadow.read(slot, before);
            life.twice.add(before);
        }
    }

    private void takeBack(final PendingSlots.Entry late) {
        lost--;
        final EndpointLife life = lives.get(late.life);
        if (life != null) {
            life.twice.subtract(late.counts);
        }
    }

    /** Entries that the ring buffer told of. */
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
