/**
 * How long the kernel waits until no program that was replaced still runs.
 *
 * <p>Start at {@link dev.weir.dataplane.grace.GracePeriods}. Depends on nothing but the JDK.
 */
package dev.weir.dataplane.grace;
