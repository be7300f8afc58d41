package dev.weir.controller.store;

/** What is stored; each kind has its folder. */
public enum ObjectKind {
    NETWORK_POLICY("networkpolicies", true),
    CLUSTER_NETWORK_POLICY("clusternetworkpolicies", true),
    NAMESPACE("namespaces", true),
    /** Dies with the machine, as its container does: its file need only outlive the agent. */
    ENDPOINT("endpoints", false),
    /** Which numbers are whose in the tables; as they, it dies with the machine. */
    NUMBERING("numbering", false),
    /** What else the agent remembers for itself. */
    AGENT("agent", true);

    private final String folder;
    private final boolean outlivesMachine;

    ObjectKind(final String folder, final boolean outlivesMachine) {
        this.folder = folder;
        this.outlivesMachine = outlivesMachine;
    }

    /** Name of its folder in the state directory. */
    public String folder() {
        return folder;
    }

    /** Whether a write must be on the disk itself when it returns. */
    boolean outlivesMachine() {
        return outlivesMachine;
    }
}
