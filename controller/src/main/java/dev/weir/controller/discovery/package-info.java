/**
 * Containers that no CNI told of: which network namespaces have a veth on this node, whose they
 * are, and the rule that attaches them.
 *
 * <p>Start at {@link dev.weir.controller.discovery.HostContainers}. Depends on apply, endpoint and
 * dataplane.{layout,netlink}.
 */
package dev.weir.controller.discovery;
