package dev.weir.controller.store;

/** What is stored; each kind has its folder. */
public enum ObjectKind {
    NETWORK_POLICY("networkpolicies"),
    CLUSTER_NETWORK_POLICY("clusternetworkpolicies"),
    NAMESPACE("namespaces"),
    ENDPOINT("endpoints"),
    /** What the agent remembers for itself, such as which numbers are taken. */
    AGENT("agent");

    private final String folder;

    ObjectKind(final String folder) {
        this.folder = folder;
    }

    /** Name of its folder in the state directory. */
    public String folder() {
        return folder;
    }
}
