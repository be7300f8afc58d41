package dev.weir.controller.policy;

import dev.weir.controller.identity.IpBlock;

/**
 * Addresses by CIDR.
 *
 * @param block the {@code ipBlock}
 */
public record BlockPeer(IpBlock block) implements PolicyPeer {}
