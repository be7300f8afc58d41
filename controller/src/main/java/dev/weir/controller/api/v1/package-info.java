/**
 * Weir's own resources: endpoints, flows, container statistics, verdicts, CNI.
 *
 * <p>Start at {@link dev.weir.controller.api.v1.WeirRoutes}. Depends on api.http, apply, compile,
 * endpoint, flow and shield.
 */
package dev.weir.controller.api.v1;
