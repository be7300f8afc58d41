/**
 * From the kernel's ring buffer into Java without a copy and without a native call.
 *
 * <p>Start at {@link dev.weir.dataplane.event.EventSource}. Depends on {@code map} and {@code
 * layout}.
 */
package dev.weir.dataplane.event;
