/**
 * Containers' interfaces: what they are, whose they are, and how the host side of one is found.
 *
 * <p>Start at {@link dev.weir.controller.endpoint.Endpoint}. Depends on compile and
 * dataplane.{layout,netlink,table}.
 */
package dev.weir.controller.endpoint;
