package dev.weir.perf;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowStamps;
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

    private final AtomicBuffer[] flows;
    private final AtomicBuffer[] details;
    private final AtomicBuffer[] denied = memory(DENIED * DeniedEntry.LENGTH);
    private final AtomicBuffer[] counters = memory(ENDPOINTS * EndpointCounters.LENGTH);
    private final AtomicBuffer stamps = memory(CPUS * FlowStamps.LENGTH)[0];
    private final int slots;

    /** Full of {@code flows} flows altogether. */
    FlowTables(final int flows, final int now) {
        this.slots = flows / CPUS;
        this.flows = memory(slots * FlowEntry.ENTRY_LENGTH);
        this.details = memory(slots * FlowEntry.DETAIL_LENGTH);
        for (int flow = 0; flow < slots * CPUS; flow++) {
            fill(flow, now);
        }
        final FlowEntry entry = new FlowEntry();
        regions().read(1, slots - 1, entry);
        if (entry.packets(Direction.INGRESS) != 1 || entry.lastSeen() != now) {
            throw new IllegalStateException("struct weir_flow: other offsets than expected here");
        }
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
        final AtomicBuffer beside = details[flow / slots];
        final int at = flow % slots * FlowEntry.ENTRY_LENGTH;
        final int detail = flow % slots * FlowEntry.DETAIL_LENGTH - FlowEntry.ENTRY_LENGTH;
        region.putLong(at, 0x0100_010AL | (0x0A02_0000L + flow) << 32);
        region.putShort(at + FlowEntry.LOCAL_PORT_OFFSET + 2, (short) 8080, ByteOrder.BIG_ENDIAN);
        region.putShort(at + FlowEntry.ENDPOINT_OFFSET, (short) (1 + flow % (ENDPOINTS - 1)));
        region.putByte(at + FlowEntry.PROTOCOL_OFFSET, (byte) 6);
        region.putLong(at + FlowEntry.EPOCH_OFFSET, 2);
        address(beside, detail + FlowEntry.LOCAL_OFFSET, 0x0A01_0001);
        address(beside, detail + FlowEntry.REMOTE_OFFSET, 0x0A02_0000 + flow);
        beside.putInt(detail + FlowEntry.FIRST_SEEN_OFFSET, now);
        beside.putInt(detail + FlowEntry.CREATED_OFFSET, now);
        count(region, at, now);
    }

    private static void address(final AtomicBuffer region, final int at, final int v4) {
        region.putInt(at + 8, 0xFFFF, ByteOrder.BIG_ENDIAN);
        region.putInt(at + 12, v4, ByteOrder.BIG_ENDIAN);
    }

    private static void count(final AtomicBuffer region, final int at, final int now) {
        final int packets = at + FlowEntry.PACKETS_OFFSET;
        final int bytes = at + FlowEntry.BYTES_OFFSET;
        region.putLong(packets, region.getLong(packets) + (1L << FlowEntry.PACKETS_SHIFT));
        region.putLong(bytes, region.getLong(bytes) + (100L << FlowEntry.BYTES_SHIFT));
        region.putInt(at + FlowEntry.LAST_SEEN_OFFSET, now);
    }

    /** A packet of every flow. */
    void countAll(final int now) {
        for (final AtomicBuffer region : flows) {
            for (int slot = 0; slot < slots; slot++) {
                count(region, slot * FlowEntry.ENTRY_LENGTH, now);
            }
        }
        stampAll();
    }

    /** A packet of one flow in each part of the caches. */
    void countSome(final int now) {
        final int step = regions().partSlots();
        for (final AtomicBuffer region : flows) {
            for (int slot = 0; slot < slots; slot += step) {
                count(region, slot * FlowEntry.ENTRY_LENGTH, now);
            }
        }
        stampAll();
    }

    private void stampAll() {
        for (int i = 0; i < CPUS * FlowStamps.PARTS; i++) {
            stamps.getAndAddInt(i * Integer.BYTES, 1);
        }
    }

    FlowRegions regions() {
        return new FlowRegions(flows, details, stamps, slots);
    }

    DeniedRegions deniedRegions() {
        return new DeniedRegions(denied, DENIED);
    }

    CounterTable counters() {
        return new CounterTable(counters, ENDPOINTS);
    }
}
