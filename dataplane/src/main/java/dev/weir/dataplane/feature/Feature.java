package dev.weir.dataplane.feature;

/** Capabilities that Weir uses or would use. */
public enum Feature {
    TCX("tcx", "6.6", false),
    MMAPABLE_ARRAYS("mmapable-arrays", "5.5", true),
    RING_BUFFER("ring-buffer", "5.8", true),
    BATCH_OPERATIONS("batch-operations", "5.6", true),
    LRU_HASH("lru-hash", "4.10", true),
    LPM_TRIE("lpm-trie", "4.11", true),
    XDP_NATIVE_VETH("xdp-native-veth", "4.19", false),
    NETNS_COOKIE("netns-cookie", "5.14", false),

    /** What flows' processes are found by: programs of the root cgroup at sockets' calls. */
    CGROUP_SOCKETS("cgroup-sockets", "5.9", false),

    /** What the processes of sockets from before the agent are found by: another's descriptors. */
    PIDFD_GETFD("pidfd-getfd", "5.6", false),

    /** Frames that are redirected past the bridge are counted at the container's interface. */
    REDIRECT_COUNTED("redirect-counted", "6.7", false);

    private final String text;
    private final String since;
    private final boolean required;

    Feature(final String text, final String since, final boolean required) {
        this.text = text;
        this.since = since;
        this.required = required;
    }

    /** The name that status prints. */
    public String text() {
        return text;
    }

    /** First kernel that has it. */
    public String since() {
        return since;
    }

    /** Whether Weir refuses to run without it. */
    public boolean required() {
        return required;
    }
}
