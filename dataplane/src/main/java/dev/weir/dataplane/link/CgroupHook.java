package dev.weir.dataplane.link;

/** Where a cgroup calls a program ({@code enum bpf_attach_type}). */
public enum CgroupHook {
    SOCKET_CREATE(2),
    CONNECT_V4(10),
    CONNECT_V6(11),
    POST_BIND_V4(12),
    POST_BIND_V6(13),
    SOCKET_RELEASE(34);

    private final int number;

    CgroupHook(final int number) {
        this.number = number;
    }

    /** By number in the ABI. */
    public int number() {
        return number;
    }
}
