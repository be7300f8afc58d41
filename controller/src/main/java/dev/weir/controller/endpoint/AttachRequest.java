package dev.weir.controller.endpoint;

import dev.weir.controller.compile.NamedPort;
import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which container to attach, and who it is; one of {@code netns} and {@code pid} is given.
 *
 * @param netns path of its network namespace
 * @param pid of a process in it
 * @param containerId empty: {@code pod}, or else made of the namespace's inode
 * @param containerInterface name inside the container
 * @param network CNI network's name; empty over REST
 * @param namespace Kubernetes namespace
 * @param pod empty: the container id
 * @param labels merged of all layers that the caller knows
 * @param ports named ports
 * @param expectedAddresses what the interface must have, as the CNI result says; empty: whatever it
 *     has
 * @param adoptConnections enter the container's open connections, so that they go on
 */
public record AttachRequest(
        Optional<String> netns,
        OptionalInt pid,
        String containerId,
        String containerInterface,
        String network,
        String namespace,
        String pod,
        Map<String, String> labels,
        List<NamedPort> ports,
        List<IpAddress> expectedAddresses,
        boolean adoptConnections) {
    /** The interface when none is named. */
    public static final String DEFAULT_INTERFACE = "eth0";

    /** Label of what a rule attached: whoever names the container himself takes its place. */
    public static final String ATTACHED_BY = "weir.dev/attached-by";

    public AttachRequest {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        expectedAddresses = List.copyOf(expectedAddresses);
    }
}
