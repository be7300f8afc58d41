package dev.weir.controller.lint;

import dev.weir.controller.policy.NetworkPolicy;
import java.util.List;
import java.util.Optional;

/** Looks at policies side by side. */
public final class SetLint {
    private SetLint() {}

    /** The first of {@code earlier} that says the very same for the same containers. */
    public static Optional<LintWarning> duplicate(
            final NetworkPolicy policy, final List<NetworkPolicy> earlier) {
        return earlier.stream()
                .filter(other -> !other.key().equals(policy.key()))
                .filter(other -> other.meta().namespace().equals(policy.meta().namespace()))
                .filter(other -> other.spec().equals(policy.spec()))
                .filter(other -> other.audit() == policy.audit())
                .findFirst()
                .map(
                        other ->
                                new LintWarning(
                                        "spec",
                                        "duplicate-policy",
                                        "says the same as policy " + other.key()));
    }
}
