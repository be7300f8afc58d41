package dev.weir.controller.flow;

import org.agrona.collections.IntArrayList;

/** The rows of a ledger that changed and whose change nobody has been told of. One thread. */
final class ChangedRows {
    private final FlowRows rows;
    private final FlowRow row = new FlowRow();
    private final IntArrayList touched = new IntArrayList();

    /** Those that changed before, and had to wait. */
    private final IntArrayList kept = new IntArrayList();

    ChangedRows(final FlowRows rows) {
        this.rows = rows;
    }

    void add(final FlowRow flow) {
        if (flow.getByte(FlowRow.TOUCHED) == 0) {
            flow.putByte(FlowRow.TOUCHED, 1);
            touched.addInt(flow.row);
        }
    }

    /** Nobody wants to know any more. */
    void forget() {
        forget(touched);
        forget(kept);
    }

    private void forget(final IntArrayList list) {
        for (int i = 0; i < list.size(); i++) {
            rows.wrap(row, list.getInt(i)).putByte(FlowRow.TOUCHED, 0);
        }
        list.clear();
    }

    /**
     * Hands over the rows that changed since the last call; those freed since are left out.
     *
     * @param consumer false: not now, the row is handed over again by {@link #forEachKept}
     */
    void forEachTouched(final RowPredicate consumer) {
        for (int i = 0; i < touched.size(); i++) {
            if (!handOver(touched.getInt(i), consumer)) {
                kept.addInt(touched.getInt(i));
            }
        }
        touched.clear();
    }

    /** The same for what was kept before. */
    void forEachKept(final RowPredicate consumer) {
        int still = 0;
        for (int i = 0; i < kept.size(); i++) {
            if (!handOver(kept.getInt(i), consumer)) {
                kept.setInt(still++, kept.getInt(i));
            }
        }
        while (kept.size() > still) {
            kept.removeAt(kept.size() - 1);
        }
    }

    private boolean handOver(final int changed, final RowPredicate consumer) {
        rows.wrap(row, changed);
        if (row.stage() == FlowRow.FREE || row.getByte(FlowRow.TOUCHED) == 0) {
            return true;
        }
        if (!consumer.test(row)) {
            return false;
        }
        row.putByte(FlowRow.TOUCHED, 0);
        return true;
    }
}
