package dev.weir.dataplane.grace;

/** Whether the kernel is asked to hurry where the agent must wait for a grace period. */
public enum GraceMode {
    /** Expedited where the machine allows it and nobody minds. */
    AUTO,
    /** As the kernel does it by itself. */
    NORMAL
}
