package dev.weir.controller.discovery;

import java.util.List;

/**
 * Who lives in a network namespace, as far as {@code /proc} tells; what it does not tell is empty.
 *
 * @param processes how many there are
 * @param pids of the first {@value #MOST_PIDS}, ascending
 * @param command of the first one
 * @param cgroup path of the process that told the container
 * @param runtime {@code containerd}, {@code docker}, {@code cri-o}, {@code podman}, {@code lxc} or
 *     {@code nspawn}
 * @param containerId the runtime's
 */
public record Owner(
        int processes,
        List<Integer> pids,
        String command,
        String cgroup,
        String runtime,
        String containerId) {
    /** Nobody that can be seen. */
    public static final Owner NONE = new Owner(0, List.of(), "", "", "", "");

    static final int MOST_PIDS = 32;

    /** As the runtimes' own lists cut ids. */
    static final int SHORT_ID = 12;

    public Owner {
        pids = List.copyOf(pids);
    }
}
