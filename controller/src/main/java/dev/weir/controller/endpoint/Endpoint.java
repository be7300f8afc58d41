package dev.weir.controller.endpoint;

import dev.weir.controller.compile.NamedPort;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.List;
import java.util.Map;

/**
 * One interface of one container, as it stands in the datapath; immutable.
 *
 * @param id unique on this node: container id (first 12 characters where that is unique), a dash,
 *     and the interface
 * @param number index into {@code weir_endpoints}
 * @param containerId the runtime's id
 * @param network CNI network's name; empty when attached over REST
 * @param namespace Kubernetes namespace
 * @param pod pod name, or the container id
 * @param labels merged of all layers
 * @param ports named ports
 * @param identity number that policy knows it by
 * @param addresses the container's own
 * @param mac of the container's side
 * @param containerInterface name inside the container
 * @param interfaceName name of the host-side veth
 * @param ifIndex index of the host-side veth
 * @param netns path of the network namespace it was attached by
 * @param netnsInode inode of the network namespace
 * @param netnsCookie SO_NETNS_COOKIE of it, 0 where the kernel has none
 * @param hooks what is attached where
 * @param policy isolation by direction and policy number
 * @param resourceVersion of its last change
 */
public record Endpoint(
        String id,
        int number,
        String containerId,
        String network,
        String namespace,
        String pod,
        Map<String, String> labels,
        List<NamedPort> ports,
        int identity,
        List<IpAddress> addresses,
        MacAddress mac,
        String containerInterface,
        String interfaceName,
        int ifIndex,
        String netns,
        long netnsInode,
        long netnsCookie,
        List<Hook> hooks,
        EndpointPolicy policy,
        long resourceVersion) {
    public Endpoint {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
        hooks = List.copyOf(hooks);
    }
}
