/**
 * A program at a hook: one class a mechanism.
 *
 * <p>Start at {@link dev.weir.dataplane.link.KernelLink}. Depends on {@code jni} and {@code
 * object}.
 */
package dev.weir.dataplane.link;
