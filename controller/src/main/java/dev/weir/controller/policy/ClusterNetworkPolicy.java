package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A valid {@code policy.networking.k8s.io/v1alpha2} ClusterNetworkPolicy.
 *
 * @param meta name and what else of the metadata counts; its namespace is empty
 * @param spec what it says
 * @param json the object as REST returns it; not to be changed
 */
public record ClusterNetworkPolicy(ObjectMeta meta, ClusterPolicySpec spec, JsonNode json)
        implements ApiObject {
    /** Its name: unique, and what decides between policies of the same tier and priority. */
    @Override
    public String key() {
        return meta.name();
    }

    /** True when the policy only counts what it would deny. */
    public boolean audit() {
        return "true".equals(meta.annotations().get(NetworkPolicy.AUDIT_ANNOTATION));
    }
}
