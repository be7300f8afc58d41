/**
 * Holds what the agent says of a verdict against the kernel.
 *
 * <p>Start at {@link dev.weir.controller.verify.KernelCheck}. Depends on explain, compile and
 * dataplane.judge.
 */
package dev.weir.controller.verify;
