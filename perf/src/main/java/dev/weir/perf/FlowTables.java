package dev.weir.perf;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Flow caches of two CPUs in plain memory, as the datapath would have filled them. */
final class FlowTables {
    private static final int CPUS = 2;
    private static final int ENDPOINTS = 16;
    private static final int DENIED = 1_024;

    /* struct weir_flow and struct weir_flow_detail, abi.h */
    private static final int LAST_SEEN = 44;
    private static final int PACKETS = 64;
    private static final int BYTES = 80;
    private static final int EPOCH = 60;
    private static final int CREATED = 120;

    /** In the detail. */
    private static final int FIRST_SEEN = 0;

    private final AtomicBuffer[] flows;
    private final AtomicBuffer[] denied = memory(DENIED * DeniedEntry.LENGTH);
    private final AtomicBuffer[] counters = memory(ENDPOINTS * EndpointCounters.LENGTH);
    private final int slots;

    /** Full of {@code flows} flows altogether. */
    FlowTables(final int flows, final int now) {
        this.slots = flows / CPUS;
        this.flows = memory(room() * FlowEntry.LENGTH);
        for (int flow = 0; flow < slots * CPUS; flow++) {
            fill(flow, now);
        }
        final FlowEntry entry = new FlowEntry();
        regions().read(1, slots - 1, entry);
        if (entry.packets(Direction.INGRESS) != 1 || entry.lastSeen() != now) {
            throw new IllegalStateException("struct weir_flow: other offsets than expected here");
        }
    }

    /** Entries of a CPU, in whole groups. */
    private int room() {
        return (slots + FlowEntry.GROUP - 1) / FlowEntry.GROUP * FlowEntry.GROUP;
    }

    private static AtomicBuffer[] memory(final int length) {
        final AtomicBuffer[] buffers = new AtomicBuffer[CPUS];
        for (int cpu = 0; cpu < CPUS; cpu++) {
            buffers[cpu] = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
        }
        return buffers;
    }

    private void fill(final int flow, final int now) {
        final AtomicBuffer region = flows[flow / slots];
        final int at = FlowEntry.at(flow % slots);
        region.putInt(at + 8, 0xFFFF, ByteOrder.BIG_ENDIAN);
        region.putInt(at + 12, 0x0A01_0001, ByteOrder.BIG_ENDIAN);
        region.putInt(at + 24, 0xFFFF, ByteOrder.BIG_ENDIAN);
        region.putInt(at + 28, 0x0A02_0000 + flow, ByteOrder.BIG_ENDIAN);
        region.putShort(at + 34, (short) 8080, ByteOrder.BIG_ENDIAN);
        region.putShort(at + 36, (short) (1 + flow % (ENDPOINTS - 1)));
        region.putByte(at + 38, (byte) 6);
        region.putInt(at + FlowEntry.DETAIL_DISTANCE + FIRST_SEEN, now);
        region.putInt(at + EPOCH, 2);
        region.putInt(at + CREATED, now);
        count(region, at, now);
    }

    private static void count(final AtomicBuffer region, final int at, final int now) {
        region.putLong(at + PACKETS, region.getLong(at + PACKETS) + 1);
        region.putLong(at + BYTES, region.getLong(at + BYTES) + 100);
        region.putInt(at + LAST_SEEN, now);
    }

    /** A packet of every flow. */
    void countAll(final int now) {
        for (final AtomicBuffer region : flows) {
            for (int slot = 0; slot < slots; slot++) {
                count(region, FlowEntry.at(slot), now);
            }
        }
    }

    FlowRegions regions() {
        return new FlowRegions(flows, room());
    }

    DeniedRegions deniedRegions() {
        return new DeniedRegions(denied, DENIED);
    }

    CounterTable counters() {
        return new CounterTable(counters, ENDPOINTS);
    }
}
