/**
 * What {@code /proc} tells of containers: which network namespaces that no CNI told of have a veth
 * on this node, whose they are, and the rule that attaches them; and whose the sockets are that are
 * older than the agent.
 *
 * <p>Start at {@link dev.weir.controller.discovery.HostContainers}, {@link
 * dev.weir.controller.discovery.OlderSockets}. Depends on apply, endpoint and
 * dataplane.{layout,netlink,process}.
 */
package dev.weir.controller.discovery;
