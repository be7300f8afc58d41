package dev.weir.controller.flow;

import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the datapath's numbers stand for now. Answers at once and for any thread. */
public interface FlowNames {
    /** The attached endpoint with this number. */
    Optional<Endpoint> endpoint(int number);

    /** The attached endpoint that owns this address; empty if none or more than one does. */
    Optional<Endpoint> endpoint(IpAddress address);

    Optional<IdentityInfo> identity(int identity);

    /** The rule with this number; also of policies that are gone, while they are remembered. */
    Optional<RuleRef> rule(int rule);

    /**
     * The policies that deny an endpoint what none of their rules allows, at a time that is not
     * long ago; empty where that is no longer known.
     */
    default List<ObjectMeta> isolating(
            final Endpoint endpoint, final Direction direction, final Instant when) {
        return List.of();
    }
}
