package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.EndpointLayout;
import dev.weir.dataplane.layout.MacAddress;

/**
 * A container on a bridge, as frames address it.
 *
 * @param mac of the container's side
 * @param bridge 1 to {@link #MAX_BRIDGE}: a number that the bridge has here
 */
public record Station(MacAddress mac, int bridge) {
    /** Bridges that can be told apart. */
    public static final int MAX_BRIDGE = 0xFFFF;

    public Station {
        if (bridge < 1 || bridge > MAX_BRIDGE) {
            throw new IllegalArgumentException(
                    "bridge: " + bridge + " (expected: 1-" + MAX_BRIDGE + ")");
        }
    }

    /** As {@code weir_interface.station} and {@code weir_fdb_entry.station} have it. */
    long word() {
        return Long.reverseBytes(mac.value()) >>> Long.SIZE - EndpointLayout.STATION_BRIDGE_SHIFT
                | (long) bridge << EndpointLayout.STATION_BRIDGE_SHIFT;
    }
}
