package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.attach.InterfaceHooks;

/** Hears of endpoints on the applier's thread, in time to count from their first packet. */
public interface EndpointObserver {
    /** What the number's counters stand at before anybody uses it; kept with the endpoint. */
    JsonNode measure(int number);

    /**
     * The number is this endpoint's: before its interface is bound, after a restart, and when it
     * changed.
     *
     * @param measured what {@link #measure} gave when it was attached
     */
    void attached(Endpoint endpoint, JsonNode measured);

    /**
     * The endpoint's programs are in place.
     *
     * @param there what is at its hooks
     * @param ranBefore its container may have sockets by now, also such as no agent saw made
     */
    void guarded(Endpoint endpoint, InterfaceHooks there, boolean ranBefore);

    /** The number is nobody's: the interface is unbound, and it is not used again yet. */
    void detached(int number);

    /** Something at the host side of an endpoint is not what it was. */
    void interfaceChanged();

    /** Something else is in force now. */
    void published(Snapshot snapshot);

    /**
     * Time to look at what this observer looks at.
     *
     * @return nanoseconds until it wants to be called again
     */
    long tick();
}
