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

    void min(final long nanos) {
        if (nanos != 0 && (rttMin == 0 || nanos < rttMin)) {
            rttMin = nanos;
        }
    }
}
