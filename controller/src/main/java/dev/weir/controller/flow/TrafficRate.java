package dev.weir.controller.flow;

/** Packets, bytes and denied packets a second of one endpoint, by direction. */
final class TrafficRate {
    private final long[] totals = new long[6];
    private final double[] perSecond = new double[6];
    private long lastNanos;
    private boolean started;

    /**
     * New totals since attach, in the order packets, bytes, denied packets of ingress, then of
     * egress.
     *
     * @return whether any of them moved
     */
    boolean update(final long[] newTotals, final long nowNanos) {
        final double seconds = (nowNanos - lastNanos) / 1e9;
        boolean moved = !started;
        for (int i = 0; i < totals.length; i++) {
            moved |= newTotals[i] != totals[i];
            perSecond[i] = started ? (newTotals[i] - totals[i]) / seconds : 0;
            totals[i] = newTotals[i];
        }
        lastNanos = nowNanos;
        started = true;
        return moved;
    }

    ContainerStats.Rate rate(final int direction) {
        final int at = 3 * direction;
        return new ContainerStats.Rate(perSecond[at], perSecond[at + 1], perSecond[at + 2]);
    }
}
