package dev.weir.controller.apply;

import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.store.ObjectKind;
import java.util.Optional;

/**
 * One object to be written or removed.
 *
 * @param key of the object in its kind
 * @param object as it shall be; empty removes it
 */
public record ObjectChange(
        ObjectKind kind, String key, Optional<ApiObject> object, Precondition precondition) {
    /** Creates or replaces a policy. */
    public static ObjectChange put(final NetworkPolicy policy, final Precondition precondition) {
        return put(ObjectKind.NETWORK_POLICY, policy, precondition);
    }

    /** Creates or replaces a cluster policy. */
    public static ObjectChange put(
            final ClusterNetworkPolicy policy, final Precondition precondition) {
        return put(ObjectKind.CLUSTER_NETWORK_POLICY, policy, precondition);
    }

    /** Creates or replaces a namespace. */
    public static ObjectChange put(final Namespace namespace, final Precondition precondition) {
        return put(ObjectKind.NAMESPACE, namespace, precondition);
    }

    /** Creates or replaces an object of any kind. */
    public static ObjectChange put(
            final ObjectKind kind, final ApiObject object, final Precondition precondition) {
        return new ObjectChange(kind, object.key(), Optional.of(object), precondition);
    }

    /** Removes; refused with 404 when it is not there. */
    public static ObjectChange remove(
            final ObjectKind kind, final String key, final Precondition precondition) {
        return new ObjectChange(kind, key, Optional.empty(), precondition);
    }
}
