/**
 * Links, addresses and sockets of a network namespace, and what changes in it.
 *
 * <p>Start at {@link dev.weir.dataplane.netlink.NetworkNamespace}. Depends on {@code jni} and
 * {@code layout}.
 */
package dev.weir.dataplane.netlink;
