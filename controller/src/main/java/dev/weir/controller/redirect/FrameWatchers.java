package dev.weir.controller.redirect;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.netlink.Bridging;
import java.util.Optional;

/** Who, beside Weir, wants to see the frames between two containers. */
interface FrameWatchers {
    /** The bridges and their ports now. */
    Bridging bridging();

    /** Somebody who may see every frame of this node; what it is and how to do without it. */
    Optional<String> ofNode(Bridging bridging);

    /** Somebody who sees the frames of this container's veth. */
    Optional<String> ofEndpoint(Bridging bridging, Endpoint endpoint);
}
