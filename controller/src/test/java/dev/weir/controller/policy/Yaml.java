package dev.weir.controller.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Objects for tests, written as people write them. */
public final class Yaml {
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}

    public static JsonNode read(final String text) {
        try {
            return MAPPER.readTree(text);
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** A NetworkPolicy {@code default/test} with this {@code spec}. */
    public static NetworkPolicy policy(final String spec) {
        return policy("default", "test", spec);
    }

    public static NetworkPolicy policy(
            final String namespace, final String name, final String spec) {
        return NetworkPolicyParser.parse(
                read(
                        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: "
                                + name
                                + ", namespace: "
                                + namespace
                                + "}\nspec:\n"
                                + spec.indent(2)));
    }

    /** The same, audited. */
    public static NetworkPolicy audited(final String name, final String spec) {
        return NetworkPolicyParser.parse(
                read(
                        "metadata: {name: "
                                + name
                                + ", annotations: {weir.dev/audit: 'true'}}\nspec:\n"
                                + spec.indent(2)));
    }

    /** A ClusterNetworkPolicy of this name and {@code spec}. */
    public static ClusterNetworkPolicy clusterPolicy(final String name, final String spec) {
        return ClusterNetworkPolicyParser.parse(
                read("metadata: {name: " + name + "}\nspec:\n" + spec.indent(2)));
    }

    /** The same, audited. */
    public static ClusterNetworkPolicy auditedClusterPolicy(final String name, final String spec) {
        return ClusterNetworkPolicyParser.parse(
                read(
                        "metadata: {name: "
                                + name
                                + ", annotations: {weir.dev/audit: 'true'}}\nspec:\n"
                                + spec.indent(2)));
    }
}
