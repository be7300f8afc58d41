package dev.weir.controller.compile;

import dev.weir.controller.collection.ArrayMap;
import java.util.Map;

/**
 * Which number stands for what, so that the next compile gives the same thing the same number. Keys
 * are texts (canonical, or their SHA-256), so the record can be stored and read back as it is.
 *
 * @param identities key of an identity to its number
 * @param rules key of a rule (place and content) to its number
 * @param policies digest of a policy's rows to its number
 * @param nextIdentity where the search for a free number begins
 * @param nextRule the same for rules
 * @param nextPolicy the same for policies
 */
public record Numbering(
        Map<String, Integer> identities,
        Map<String, Integer> rules,
        Map<String, Integer> policies,
        int nextIdentity,
        int nextRule,
        int nextPolicy) {
    /** No number is taken. */
    public static final Numbering EMPTY =
            new Numbering(Map.of(), Map.of(), Map.of(), IdentityInfo.FIRST, 1, 1);

    public Numbering {
        identities = ArrayMap.copyOf(identities);
        rules = ArrayMap.copyOf(rules);
        policies = ArrayMap.copyOf(policies);
    }
}
