/**
 * Jiffies, the datapath's clock, as time.
 *
 * <p>Start at {@link dev.weir.dataplane.clock.KernelClock}. Depends on nothing but the JDK.
 */
package dev.weir.dataplane.clock;
