package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A valid {@code networking.k8s.io/v1} NetworkPolicy.
 *
 * @param meta name, namespace and what else of the metadata counts
 * @param spec what it says
 * @param json the object with Kubernetes' defaults filled in, as REST returns it; not to be changed
 */
public record NetworkPolicy(ObjectMeta meta, PolicySpec spec, JsonNode json) implements ApiObject {
    /** Annotation that makes a policy count what it would deny, and deny nothing. */
    public static final String AUDIT_ANNOTATION = "weir.dev/audit";

    /** {@code namespace/name}: unique, and the order in which policies get credit for traffic. */
    @Override
    public String key() {
        return meta.namespace() + "/" + meta.name();
    }

    /** True when the policy only counts what it would deny. */
    public boolean audit() {
        return "true".equals(meta.annotations().get(AUDIT_ANNOTATION));
    }
}
