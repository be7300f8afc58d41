/**
 * Which processes have the sockets that containers' flows come from.
 *
 * <p>Start at {@link dev.weir.dataplane.process.KernelProcesses}. Depends on {@code event}, {@code
 * link}, {@code map} and {@code object}.
 */
package dev.weir.dataplane.process;
