/**
 * The agent's figures for Prometheus, gathered when they are asked for.
 *
 * <p>Start at {@link dev.weir.controller.api.metrics.Families}. Depends on io.prometheus and on the
 * records of apply, flow and shield that it shows.
 */
package dev.weir.controller.api.metrics;
