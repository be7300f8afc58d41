package dev.weir.controller.flow;

/** Where on its way from the kernel to a reader something was lost. */
public enum LossStage {
    /** The ring buffer was full when the kernel's cache gave up an entry. */
    KERNEL_RING,
    /** The memory for flows was full, and the oldest went. */
    HISTORY,
    /** This agent was started when the containers' programs had counted for a while. */
    AGENT_START,
    /** The reader of a stream was slower than its flows came. */
    SUBSCRIBER
}
