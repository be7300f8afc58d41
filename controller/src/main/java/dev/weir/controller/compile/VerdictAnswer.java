package dev.weir.controller.compile;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What would become of a packet.
 *
 * @param verdict denied if either side denies, else audit if either would, else allowed
 * @param egress the sender's policy; absent when the sender is no endpoint of this node
 * @param ingress the receiver's policy; absent when the receiver is no endpoint of this node
 */
public record VerdictAnswer(Verdict verdict, Optional<Side> egress, Optional<Side> ingress) {

    /**
     * One endpoint's judgement.
     *
     * @param direction as seen from the endpoint
     * @param verdict of this side alone
     * @param reason why
     * @param rule that decided; absent when none did
     * @param isolatedBy {@code namespace/name} of the policies that isolate it in this direction
     * @param peer who the other side is, in words
     * @param message the whole story in a sentence
     */
    public record Side(
            Direction direction,
            Verdict verdict,
            Reason reason,
            Optional<RuleRef> rule,
            List<String> isolatedBy,
            String peer,
            String message) {
        public Side {
            isolatedBy = List.copyOf(isolatedBy);
        }
    }
}
