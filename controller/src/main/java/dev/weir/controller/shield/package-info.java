/**
 * Decides on which veths the XDP program pays, and puts it there. Start at {@code ShieldControl}.
 * Depends on {@code dataplane.attach} and {@code dataplane.table}.
 */
package dev.weir.controller.shield;
