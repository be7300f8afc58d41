/**
 * What tells peers apart: blocks of addresses, which of them cover an address, and numbers that
 * stay the same for the same thing. Start at {@link dev.weir.controller.identity.BlockSets}.
 * Depends on collection and dataplane.layout.
 */
package dev.weir.controller.identity;
