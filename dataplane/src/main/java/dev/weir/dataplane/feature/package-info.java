/**
 * What this kernel can do, found by trying, with the reason when it cannot.
 *
 * <p>Start at {@link dev.weir.dataplane.feature.KernelFeatures}. Depends on {@code jni}.
 */
package dev.weir.dataplane.feature;
