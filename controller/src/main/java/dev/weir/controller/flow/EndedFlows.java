package dev.weir.controller.flow;

/** The ended flows in the order in which they ended, linked through their rows. */
final class EndedFlows {
    private final FlowRows rows;
    private final FlowRow flow = new FlowRow();
    private int oldest = FlowRow.NONE;
    private int newest = FlowRow.NONE;
    private int size;

    EndedFlows(final FlowRows rows) {
        this.rows = rows;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int oldest() {
        return oldest;
    }

    void add(final int row) {
        rows.wrap(flow, row);
        flow.putInt(FlowRow.NEXT, FlowRow.NONE);
        flow.putInt(FlowRow.PREVIOUS, newest);
        if (newest == FlowRow.NONE) {
            oldest = row;
        } else {
            rows.wrap(flow, newest).putInt(FlowRow.NEXT, row);
        }
        newest = row;
        size++;
    }

    void remove(final int row) {
        rows.wrap(flow, row);
        final int next = flow.getInt(FlowRow.NEXT);
        final int previous = flow.getInt(FlowRow.PREVIOUS);
        if (previous == FlowRow.NONE) {
            oldest = next;
        } else {
            rows.wrap(flow, previous).putInt(FlowRow.NEXT, next);
        }
        if (next == FlowRow.NONE) {
            newest = previous;
        } else {
            rows.wrap(flow, next).putInt(FlowRow.PREVIOUS, previous);
        }
        size--;
    }

    int takeOldest() {
        final int row = oldest;
        remove(row);
        return row;
    }
}
