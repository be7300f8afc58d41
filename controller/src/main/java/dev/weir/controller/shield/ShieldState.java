package dev.weir.controller.shield;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;

/**
 * The shield of one endpoint.
 *
 * @param endpoint number of the endpoint
 * @param on whether our XDP program is attached
 * @param mode setting in force: auto, native, generic or off
 * @param since when {@code on} last changed; null if it never did
 * @param why one sentence, such as {@code 712000 denied packets/s on CPU 1 (threshold 600000)} or
 *     the reason why it could not be attached
 * @param deniedPerSecond denied packets from the container on its busiest CPU, at the last look
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShieldState(
        int endpoint,
        boolean on,
        String mode,
        @JsonSerialize(using = ToStringSerializer.class) Instant since,
        String why,
        long deniedPerSecond) {
    /** How the program is attached while it is on: generic or native. */
    public String attachedMode() {
        return ShieldMode.parse(mode) == ShieldMode.GENERIC ? "generic" : "native";
    }
}
