/**
 * Maps as handles: one descriptor, a known geometry, raw bytes.
 *
 * <p>Start at {@link dev.weir.dataplane.map.BpfMap}. Depends on {@code jni}.
 */
package dev.weir.dataplane.map;
