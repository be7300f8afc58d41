package dev.weir.controller.flow;

import dev.weir.dataplane.layout.InsightView;

/** What the datapath learned of TCP in all flows of one container, both directions together. */
final class InsightTotals {
    final long[] buckets = new long[InsightView.BUCKETS];
    long rttCount;
    long rttSum;
    long rttMin;
    long retransmittedPackets;
    long retransmittedBytes;
    long outOfOrder;
    long zeroWindows;

    /** Null while there is no sample. */
    FlowRecord.Rtt rtt() {
        return RttBuckets.rtt(rttCount, rttMin, rttSum, bucket -> buckets[bucket]);
    }

    /** In units of 256 ns, as the datapath adds round trips up. */
    static long units(final long nanos) {
        return nanos + 128 >> 8;
    }

    /** The network's share of a handshake is a round trip like any other. */
    void handshake(final long nanos) {
        rttCount++;
        rttSum += units(nanos);
        min(nanos);
        buckets[InsightView.bucketOf(nanos)]++;
    }

    void min(final long nanos) {
        if (nanos != 0 && (rttMin == 0 || nanos < rttMin)) {
            rttMin = nanos;
        }
    }
}
