package dev.weir.controller.discovery;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What runtimes call a container's cgroup, with systemd and without. */
final class CgroupPath {
    /** Prefix of the last part of the path to the runtime that gives it. */
    private static final Map<String, String> RUNTIMES =
            Map.of(
                    "cri-containerd", "containerd",
                    "nerdctl", "containerd",
                    "docker", "docker",
                    "crio", "cri-o",
                    "libpod", "podman");

    /**
     * {@code docker-ID.scope}, {@code libpod-ID}, {@code x.slice:cri-containerd:ID}, {@code ID}.
     */
    private static final Pattern BY_ID =
            Pattern.compile("(?:(?:.*:)?([a-z]+(?:-[a-z]+)*)[-:])?([0-9a-f]{64})(?:\\.scope)?");

    private static final Pattern LXC = Pattern.compile("lxc\\.payload\\.([A-Za-z0-9_.-]+)");
    private static final Pattern NSPAWN =
            Pattern.compile("systemd-nspawn@([A-Za-z0-9_.-]+)\\.service");

    private CgroupPath() {}

    /**
     * A container by its runtime's name.
     *
     * @param runtime empty where only the id is told
     */
    record Container(String runtime, String id) {}

    /** Whose it is; empty for one of no known form. The innermost container wins. */
    static Optional<Container> container(final String path) {
        final String[] parts = path.split("/");
        for (int i = parts.length - 1; i > 0; i--) {
            final Matcher byId = BY_ID.matcher(parts[i]);
            if (byId.matches()) {
                return byId(byId.group(1), byId.group(2), parts[i - 1]);
            }
            final Matcher lxc = LXC.matcher(parts[i]);
            if (lxc.matches()) {
                return Optional.of(new Container("lxc", lxc.group(1)));
            }
            final Matcher nspawn = NSPAWN.matcher(parts[i]);
            if (nspawn.matches()) {
                return Optional.of(new Container("nspawn", nspawn.group(1)));
            }
        }
        return Optional.empty();
    }

    private static Optional<Container> byId(
            final String prefix, final String id, final String parent) {
        if (prefix == null) {
            return Optional.of(new Container(parent.equals("docker") ? "docker" : "", id));
        }
        // crio-conmon-ID and libpod-conmon-ID are the runtime's watcher, not the container.
        return Optional.ofNullable(RUNTIMES.get(prefix)).map(name -> new Container(name, id));
    }
}
