/**
 * What this kernel can do, found by trying, with the reason when it cannot.
 *
 * <p>Start at {@link dev.weir.dataplane.feature.FeatureProbe}. Depends on {@code map}, {@code
 * link}, {@code netlink} and {@code process}.
 */
package dev.weir.dataplane.feature;
