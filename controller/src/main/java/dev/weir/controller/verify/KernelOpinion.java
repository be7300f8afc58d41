package dev.weir.controller.verify;

import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.Optional;

/**
 * What the kernel says of one side of a verdict.
 *
 * @param said its answer; absent when it was not asked
 * @param notAsked why not, in words; absent when it was
 */
public record KernelOpinion(Optional<Said> said, Optional<String> notAsked) {
    /**
     * An answer of the kernel.
     *
     * @param verdict of this side alone
     * @param reason why
     * @param rule in words, {@code default/web ingress[0]}; absent when none decided
     * @param agrees verdict, reason and rule are those of the answer it stands beside
     * @param revision that it judged under
     */
    public record Said(
            Verdict verdict, Reason reason, Optional<String> rule, boolean agrees, int revision) {}

    static KernelOpinion of(final Said said) {
        return new KernelOpinion(Optional.of(said), Optional.empty());
    }

    static KernelOpinion notAsked(final String why) {
        return new KernelOpinion(Optional.empty(), Optional.of(why));
    }
}
