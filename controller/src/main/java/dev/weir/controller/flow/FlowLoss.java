package dev.weir.controller.flow;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

/**
 * Records that a subscriber did not get, at the place in its stream where they are missing: {@code
 * {"lost":{"records":12,"since":"…","until":"…","reason":"subscriber too slow"}}}.
 */
public record FlowLoss(Lost lost) implements FlowStreamItem {
    /**
     * How many and when.
     *
     * @param since time of the first lost record
     * @param until time of the last lost record
     */
    @JsonPropertyOrder({"records", "since", "until", "reason"})
    public record Lost(
            long records,
            @JsonSerialize(using = ToStringSerializer.class) Instant since,
            @JsonSerialize(using = ToStringSerializer.class) Instant until,
            String reason) {}
}
