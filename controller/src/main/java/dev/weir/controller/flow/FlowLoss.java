package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

/**
 * What a reader did not get, in a stream at the place where it is missing: {@code
 * {"lost":{"stage":"subscriber","records":12,"since":"…","until":"…","reason":"…"}}}.
 */
public record FlowLoss(Lost lost) implements FlowStreamItem {
    /** Records that a slow subscriber did not get. */
    static FlowLoss ofSubscriber(final long records, final Instant since, final Instant until) {
        return new FlowLoss(
                new Lost(
                        LossStage.SUBSCRIBER,
                        records,
                        null,
                        null,
                        since,
                        until,
                        "subscriber too slow"));
    }

    /**
     * How much, when and why; what is not known is null.
     *
     * @param records flow records; null where only packets are known
     * @param packets that are in the containers' totals but in no record
     * @param bytes of those packets
     * @param since when the first of it was lost
     * @param until when the last of it was lost
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"stage", "records", "packets", "bytes", "since", "until", "reason"})
    public record Lost(
            @JsonSerialize(using = LowerCaseSerializer.class) LossStage stage,
            Long records,
            Long packets,
            Long bytes,
            @JsonSerialize(using = ToStringSerializer.class) Instant since,
            @JsonSerialize(using = ToStringSerializer.class) Instant until,
            String reason) {}
}
