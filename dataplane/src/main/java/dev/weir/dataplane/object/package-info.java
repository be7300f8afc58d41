/**
 * The life of a program: open, configure, load, run.
 *
 * <p>Start at {@link dev.weir.dataplane.object.BpfObject}. Depends on {@code jni} and {@code map}.
 */
package dev.weir.dataplane.object;
