package dev.weir.controller.flow;

import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The process of the container's side, by row of the ledger. Off heap, in chunks that are made when
 * the first flow of one has a process. One thread at a time.
 *
 * <pre>
 *  0                4     8      24    25   32
 *  +----------------+-----+------+-----+----+
 *  | generation + 1 | pid | comm | via | 0  |
 *  +----------------+-----+------+-----+----+
 * </pre>
 */
final class RowProcesses {
    private static final int LENGTH = 32;
    private static final int PID = 4;
    private static final int COMM = 8;
    private static final int VIA = 24;
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private final List<UnsafeBuffer> chunks = new ArrayList<>();
    private final byte[] comm = new byte[ProcessLayout.COMM_LENGTH];
    private long memoryBytes;

    /** Direct memory that it has taken. */
    long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Takes the process of an event, unless a surer one is known.
     *
     * @param event {@code struct weir_process_event} at {@code offset}
     */
    void put(final FlowRow flow, final DirectBuffer event, final int offset) {
        final UnsafeBuffer chunk = chunk(flow.row);
        final int at = (flow.row & CHUNK - 1) * LENGTH;
        final byte via = event.getByte(offset + ProcessLayout.VIA_OFFSET);
        if (chunk.getInt(at) == flow.generation() + 1 && chunk.getByte(at + VIA) < via) {
            return;
        }
        chunk.putInt(at, flow.generation() + 1);
        chunk.putInt(at + PID, event.getInt(offset + ProcessLayout.PID_OFFSET));
        chunk.putBytes(
                at + COMM, event, offset + ProcessLayout.COMM_OFFSET, ProcessLayout.COMM_LENGTH);
        chunk.putByte(at + VIA, via);
    }

    /** Null if nothing is known of this row's flow. */
    FlowProcess get(final FlowRow flow) {
        final int index = flow.row >> CHUNK_SHIFT;
        final UnsafeBuffer chunk = index < chunks.size() ? chunks.get(index) : null;
        final int at = (flow.row & CHUNK - 1) * LENGTH;
        if (chunk == null || chunk.getInt(at) != flow.generation() + 1) {
            return null;
        }
        return process(chunk.getInt(at + PID), chunk, at + COMM, chunk.getByte(at + VIA));
    }

    /** The process of {@code struct weir_process_event}. */
    FlowProcess of(final DirectBuffer event, final int offset) {
        return process(
                event.getInt(offset + ProcessLayout.PID_OFFSET),
                event,
                offset + ProcessLayout.COMM_OFFSET,
                event.getByte(offset + ProcessLayout.VIA_OFFSET));
    }

    private FlowProcess process(
            final int pid, final DirectBuffer buffer, final int name, final int via) {
        buffer.getBytes(name, comm);
        int length = 0;
        while (length < comm.length && comm[length] != 0) {
            length++;
        }
        return new FlowProcess(
                pid, new String(comm, 0, length, StandardCharsets.UTF_8), ProcessVia.of(via));
    }

    private UnsafeBuffer chunk(final int row) {
        final int index = row >> CHUNK_SHIFT;
        while (chunks.size() <= index) {
            chunks.add(null);
        }
        if (chunks.get(index) == null) {
            chunks.set(index, new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK * LENGTH)));
            memoryBytes += CHUNK * LENGTH;
        }
        return chunks.get(index);
    }
}
