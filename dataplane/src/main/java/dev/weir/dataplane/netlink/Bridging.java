package dev.weir.dataplane.netlink;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All bridges of a namespace and their ports, as they were at one moment.
 *
 * @param bridges by ifindex
 * @param ports by ifindex
 * @param xdpPrograms kernel ids of the programs at the links' XDP hooks
 * @param filters how many filters there are at TC, whosever; of the links that have a place for
 *     them (clsact or ingress), by ifindex
 */
public record Bridging(
        Map<Integer, Bridge> bridges,
        Map<Integer, BridgePort> ports,
        Set<Integer> xdpPrograms,
        Map<Integer, Integer> filters) {
    public Bridging {
        bridges = Map.copyOf(bridges);
        ports = Map.copyOf(ports);
        xdpPrograms = Set.copyOf(xdpPrograms);
        filters = Map.copyOf(filters);
    }

    static Bridging of(final List<Part> parts, final Map<Integer, Integer> filters) {
        final Map<Integer, Bridge> bridges = new HashMap<>();
        final Map<Integer, BridgePort> ports = new HashMap<>();
        final Set<Integer> programs = new HashSet<>();
        for (final Part part : parts) {
            if (part.bridge() != null) {
                bridges.put(part.bridge().ifIndex(), part.bridge());
            }
            if (part.port() != null) {
                ports.put(part.port().ifIndex(), part.port());
            }
            programs.addAll(part.xdpPrograms());
        }
        return new Bridging(bridges, ports, programs, filters);
    }

    /** What one link adds; null where it is none. */
    record Part(Bridge bridge, BridgePort port, List<Integer> xdpPrograms) {
        Part {
            xdpPrograms = List.copyOf(xdpPrograms);
        }
    }
}
