package dev.weir.controller.endpoint;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.netlink.NetworkSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the agent asks of the kernel about namespaces and links. One thread at a time. */
public interface HostNetwork {
    /**
     * The container's interface and its end here.
     *
     * @throws ResolveException if there is none that can be taken
     */
    VethPair resolve(AttachRequest request);

    /** The link with this index in the agent's own namespace. */
    Optional<NetworkLink> link(int ifIndex);

    /** TCP and UDP sockets inside the namespace. */
    List<NetworkSocket> sockets(String netns);

    /** The node's own addresses. */
    Set<IpAddress> addresses();
}
