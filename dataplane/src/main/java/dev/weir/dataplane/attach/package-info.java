/**
 * One interface, all hooks, all or nothing.
 *
 * <p>Start at {@link dev.weir.dataplane.attach.Hooks}. Depends on {@code object}, {@code link} and
 * {@code feature}.
 */
package dev.weir.dataplane.attach;
