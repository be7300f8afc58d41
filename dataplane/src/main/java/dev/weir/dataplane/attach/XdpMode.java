package dev.weir.dataplane.attach;

/** Where the XDP program runs. */
public enum XdpMode {
    /** Native, and only while it pays; who attaches decides that. */
    AUTO,
    /** In the driver, before a socket buffer is made. */
    NATIVE,
    /** In the stack's generic hook. */
    GENERIC,
    /** Never. */
    OFF
}
