package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/** Turns JSON into a {@link NetworkPolicy} or says everything that is wrong with it. */
public final class NetworkPolicyParser {
    private NetworkPolicyParser() {}

    /**
     * Checks as the Kubernetes API server does with strict field validation, and fills in its
     * defaults.
     *
     * @param json is left as it is
     * @throws InvalidObjectException with all problems
     */
    public static NetworkPolicy parse(final JsonNode json) {
        throw new UnsupportedOperationException("not yet");
    }
}
