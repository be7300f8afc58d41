package dev.weir.dataplane.verdict;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import java.util.Optional;

/**
 * What one packet did.
 *
 * @param passed it goes on
 * @param direction it was sent in
 * @param reason whose counter grew; empty = the packet was not counted
 * @param packets by how much
 * @param bytes by how much
 * @param rule whose counter grew, 0 = none
 * @param flow the entry of the flow cache that counted it, as it is now
 * @param newFlow that entry began with this packet
 * @param denied the entry of the denied cache that counted it, as it is now
 */
public record Outcome(
        boolean passed,
        Direction direction,
        Optional<Reason> reason,
        long packets,
        long bytes,
        int rule,
        Optional<FlowEntry> flow,
        boolean newFlow,
        Optional<DeniedEntry> denied) {}
