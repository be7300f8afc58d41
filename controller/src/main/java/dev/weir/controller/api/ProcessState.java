package dev.weir.controller.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.weir.controller.flow.ProcessFigures;

/**
 * Whether flows get their processes.
 *
 * @param state {@code on}, {@code off} by the settings, {@code shed} or {@code unavailable}
 * @param reason why not, or not all; empty when on
 * @param olderSockets that were there before, and whose process was found
 * @param figures what became of what the kernel told
 */
public record ProcessState(
        String state, String reason, long olderSockets, @JsonUnwrapped ProcessFigures figures) {}
