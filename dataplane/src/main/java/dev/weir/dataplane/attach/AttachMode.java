package dev.weir.dataplane.attach;

/** How the TC programs get onto an interface. */
public enum AttachMode {
    /** TCX where the kernel has it, else clsact. */
    AUTO,
    /** Links (6.6 and later). */
    TCX,
    /** A clsact qdisc and cls_bpf filters with our own handle and priority. */
    CLSACT
}
