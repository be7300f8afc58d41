package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.Details;
import dev.weir.controller.store.ObjectKind;
import java.util.List;

/**
 * A kind of object as Kubernetes names it.
 *
 * @param group API group, empty for the core one
 * @param version {@code v1}
 * @param plural as in paths
 * @param name as in {@code kind}
 * @param shortNames what kubectl lets people type
 * @param stored what the agent knows it as
 */
public record Kind(
        String group,
        String version,
        String plural,
        String name,
        boolean namespaced,
        List<String> shortNames,
        ObjectKind stored) {
    static final Kind NETWORK_POLICY =
            new Kind(
                    "networking.k8s.io",
                    "v1",
                    "networkpolicies",
                    "NetworkPolicy",
                    true,
                    List.of("netpol"),
                    ObjectKind.NETWORK_POLICY);
    static final Kind NAMESPACE =
            new Kind(
                    "",
                    "v1",
                    "namespaces",
                    "Namespace",
                    false,
                    List.of("ns"),
                    ObjectKind.NAMESPACE);
    static final Kind CLUSTER_NETWORK_POLICY =
            new Kind(
                    "policy.networking.k8s.io",
                    "v1alpha2",
                    "clusternetworkpolicies",
                    "ClusterNetworkPolicy",
                    false,
                    List.of("cnp"),
                    ObjectKind.CLUSTER_NETWORK_POLICY);

    /** {@code networking.k8s.io/v1}, {@code v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** Path of all objects of all namespaces. */
    String everywhere() {
        return (group.isEmpty() ? "/api/" : "/apis/") + apiVersion() + "/" + plural;
    }

    /** Path of the objects that one request may write to. */
    String collection() {
        return namespaced
                ? "/apis/" + apiVersion() + "/namespaces/{namespace}/" + plural
                : everywhere();
    }

    String item() {
        return collection() + "/{name}";
    }

    /** An error's details about one object: the plural, as the API server has it. */
    Details details(final String objectName) {
        return Details.of(group, plural, objectName);
    }

    /** Details of a 422: there the API server puts the kind. */
    Details invalidDetails(final String objectName) {
        return Details.of(group, name, objectName);
    }
}
