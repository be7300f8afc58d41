package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Where the Kubernetes API keeps the kinds that the command line writes. */
final class PolicyPaths {
    private static final String POLICIES = "/apis/networking.k8s.io/v1";

    private PolicyPaths() {}

    /** All of them. */
    static String everywhere() {
        return POLICIES + "/networkpolicies";
    }

    static String in(final String namespace) {
        return POLICIES + "/namespaces/" + WeirCommand.encoded(namespace) + "/networkpolicies";
    }

    static String named(final String namespace, final String name) {
        return in(namespace) + "/" + WeirCommand.encoded(name);
    }

    static String clusterPolicies() {
        return "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";
    }

    static String namespaces() {
        return "/api/v1/namespaces";
    }

    /** Namespace of an object of a file; {@code byDefault} where it names none. */
    static String namespaceOf(final JsonNode object, final String byDefault) {
        final String namespace = object.path("metadata").path("namespace").asText();
        return namespace.isEmpty() ? byDefault : namespace;
    }
}
