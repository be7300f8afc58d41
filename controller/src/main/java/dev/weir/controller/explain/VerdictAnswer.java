package dev.weir.controller.explain;

import dev.weir.controller.compile.RuleRef;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * What would become of a packet.
 *
 * @param verdict denied if either side denies, else audit if either would, else allowed
 * @param supposed true when a container or labels were asked about that do not exist
 * @param egress the sender's policy; absent when the sender is no endpoint of this node
 * @param ingress the receiver's policy; absent when the receiver is no endpoint of this node
 * @param hints what else the asker should know, in sentences
 */
public record VerdictAnswer(
        Verdict verdict,
        boolean supposed,
        Optional<Side> egress,
        Optional<Side> ingress,
        List<String> hints) {
    public VerdictAnswer {
        hints = List.copyOf(hints);
    }

    /**
     * One endpoint's judgement.
     *
     * @param endpoint number of the endpoint whose policy this is
     * @param direction as seen from the endpoint
     * @param remote address that the endpoint would see; absent for a container without one
     * @param verdict of this side alone
     * @param reason why
     * @param rule that decided; absent when none did
     * @param decided the rule, its peer and port in words; absent when no rule decided
     * @param isolatedBy {@code namespace/name} of the NetworkPolicies that isolate it in this
     *     direction; of the audited ones if no other does
     * @param rules what was asked of each rule in force, in the order of their precedence
     * @param rulesLeftOut how many rules more there are than {@code rules} names
     * @param without the verdict if one policy were not there, for each that matters
     * @param peer who the other side is, in words
     * @param message the whole story in a sentence
     */
    public record Side(
            int endpoint,
            Direction direction,
            Optional<IpAddress> remote,
            Verdict verdict,
            Reason reason,
            Optional<RuleRef> rule,
            Optional<String> decided,
            List<String> isolatedBy,
            List<RuleCheck> rules,
            int rulesLeftOut,
            List<Without> without,
            String peer,
            String message) {
        public Side {
            isolatedBy = List.copyOf(isolatedBy);
            rules = List.copyOf(rules);
            without = List.copyOf(without);
        }
    }

    /**
     * Whether a rule matches the packet, and if not, why.
     *
     * @param kind of the policy
     * @param policy {@code namespace/name}, or the name of a cluster-wide one
     * @param rule {@code ingress[0]}
     * @param tier {@code Admin}, {@code NetworkPolicy} or {@code Baseline}, in this order
     * @param audit the policy only counts what it would deny
     * @param words the rule as people say it
     * @param matched the peer and port of the rule that match, in words; absent if none does
     * @param differs {@code peer}, {@code port} or both; empty if the rule matches
     * @param mismatch what differs, in words; absent if the rule matches
     */
    public record RuleCheck(
            String kind,
            String policy,
            String rule,
            String tier,
            boolean audit,
            String words,
            Optional<String> matched,
            List<String> differs,
            Optional<String> mismatch) {
        public RuleCheck {
            differs = List.copyOf(differs);
        }
    }

    /**
     * The same packet if one policy were not there.
     *
     * @param kind of the policy
     * @param policy {@code namespace/name}, or the name of a cluster-wide one
     * @param message why
     */
    public record Without(
            String kind, String policy, Verdict verdict, Reason reason, String message) {}
}
