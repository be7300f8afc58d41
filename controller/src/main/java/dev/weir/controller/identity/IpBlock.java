package dev.weir.controller.identity;

import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;

/**
 * A CIDR with holes.
 *
 * @param cidr what it covers
 * @param except holes, each strictly inside {@code cidr}; sorted, each once
 */
public record IpBlock(IpPrefix cidr, List<IpPrefix> except) implements Comparable<IpBlock> {
    public IpBlock {
        except = except.stream().sorted().distinct().toList();
    }

    /** True when {@code address} is inside the CIDR and in none of the holes. */
    public boolean contains(final IpAddress address) {
        return cidr.contains(address) && except.stream().noneMatch(hole -> hole.contains(address));
    }

    @Override
    public int compareTo(final IpBlock other) {
        final int byCidr = cidr.compareTo(other.cidr);
        return byCidr != 0 ? byCidr : except.toString().compareTo(other.except.toString());
    }

    @Override
    public String toString() {
        return except.isEmpty() ? cidr.toString() : cidr + " except " + except;
    }
}
