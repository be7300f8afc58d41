package dev.weir.controller.api.kube;

import dev.weir.controller.api.http.Details;

/**
 * A kind of object as Kubernetes names it.
 *
 * @param group API group, empty for the core one
 * @param version {@code v1}
 * @param plural as in paths
 * @param name as in {@code kind}
 */
public record Kind(String group, String version, String plural, String name, boolean namespaced) {
    static final Kind NETWORK_POLICY =
            new Kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true);
    static final Kind NAMESPACE = new Kind("", "v1", "namespaces", "Namespace", false);

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
