/**
 * Desired state into the kernel: one thread is the only writer of policy tables and endpoints.
 *
 * <p>Start at {@link dev.weir.controller.apply.Desired}. Depends on policy, compile, endpoint,
 * store and dataplane.
 */
package dev.weir.controller.apply;
