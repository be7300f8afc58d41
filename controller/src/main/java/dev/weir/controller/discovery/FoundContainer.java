package dev.weir.controller.discovery;

import dev.weir.controller.endpoint.VethPair;
import java.util.Optional;

/**
 * A veth of this node that leads into another network namespace, and who lives there.
 *
 * @param interfaceName of the host side
 * @param ifIndex of the host side
 * @param veth both ends; empty where no process and no mount shows the namespace
 * @param owner who lives there
 */
public record FoundContainer(
        String interfaceName, int ifIndex, Optional<VethPair> veth, Owner owner) {

    /** True for the host side's name, the container id, or the first 12 or more letters of it. */
    public boolean isCalled(final String name) {
        return name.equals(interfaceName)
                || !name.isEmpty() && name.equals(owner.containerId())
                || name.length() >= Owner.SHORT_ID && owner.containerId().startsWith(name);
    }
}
