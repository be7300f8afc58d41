package dev.weir.controller.conformance;

import com.fasterxml.jackson.databind.JsonNode;

/** Where a policy lives in the REST API. */
final class PolicyPath {
    private PolicyPath() {}

    /** {@code kind/namespace/name}, unique among all policies. */
    static String key(final JsonNode policy) {
        return policy.path("kind").asText() + "/" + namespace(policy) + "/" + name(policy);
    }

    /** The collection it is in. */
    static String collection(final JsonNode policy) {
        final String kind = policy.path("kind").asText();
        final String version = policy.path("apiVersion").asText();
        return kind.equals("NetworkPolicy")
                ? "/apis/%s/namespaces/%s/networkpolicies".formatted(version, namespace(policy))
                : "/apis/%s/clusternetworkpolicies".formatted(version);
    }

    private static String namespace(final JsonNode policy) {
        return policy.path("metadata").path("namespace").asText("");
    }

    private static String name(final JsonNode policy) {
        return policy.path("metadata").path("name").asText();
    }
}
