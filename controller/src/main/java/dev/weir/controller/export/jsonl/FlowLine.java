package dev.weir.controller.export.jsonl;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.weir.controller.export.FlowReport;
import dev.weir.controller.flow.FlowRecord;
import java.time.Instant;

/** A flow record as REST writes it, with what came since the last line about it. */
@JsonPropertyOrder({"flow", "flowEnd", "delta"})
record FlowLine(@JsonUnwrapped FlowRecord flow, String flowEnd, Delta delta) {
    /** Since the last line about the flow. */
    @JsonPropertyOrder({"since", "packets", "bytes", "replyPackets", "replyBytes"})
    record Delta(
            @JsonSerialize(using = ToStringSerializer.class) Instant since,
            long packets,
            long bytes,
            long replyPackets,
            long replyBytes) {}

    static FlowLine of(final FlowReport report) {
        return new FlowLine(
                report.flow(),
                report.end().text(),
                new Delta(
                        report.since(),
                        report.packets(),
                        report.bytes(),
                        report.replyPackets(),
                        report.replyBytes()));
    }
}
