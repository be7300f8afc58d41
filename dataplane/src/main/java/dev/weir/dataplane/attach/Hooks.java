package dev.weir.dataplane.attach;

import java.util.Set;

/**
 * Puts the programs on interfaces and takes them off. What others attached is never touched.
 *
 * <p>Interfaces are named by ifindex in the agent's own network namespace. One caller at a time.
 */
public interface Hooks {
    /**
     * Attaches both TC programs, or replaces an older version of ours without a gap; idempotent.
     * When one of them fails, nothing of this call stays.
     *
     * @throws dev.weir.dataplane.jni.BpfException ENODEV if there is no such interface
     */
    InterfaceHooks attach(int ifIndex);

    /** Takes all three programs off; also right when the interface or the programs are gone. */
    void detach(int ifIndex);

    /** What is there now, asked from the kernel. */
    InterfaceHooks inspect(int ifIndex);

    /**
     * Attaches the XDP program, or replaces an older version of ours. A foreign program is left
     * alone and reported: status FOREIGN in the result.
     *
     * @param mode NATIVE (or AUTO, which means the same here) or GENERIC
     * @throws IllegalStateException if the dataplane was opened with {@link XdpMode#OFF}
     */
    HookState xdpOn(int ifIndex, XdpMode mode);

    void xdpOff(int ifIndex);

    /** Interfaces that have a pinned link or a filter of ours, alive or not. */
    Set<Integer> attached();

    /** What {@link #attach} uses: TCX or CLSACT, never AUTO. */
    AttachMode mode();
}
