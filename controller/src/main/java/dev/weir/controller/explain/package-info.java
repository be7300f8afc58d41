/**
 * Why traffic passes or does not: the verdict from compiled rows, and the rules in words. Pure: no
 * kernel, no clock, no input or output. Start at {@link dev.weir.controller.explain.Explainer}.
 * Depends on compile, policy, identity and dataplane.layout.
 */
package dev.weir.controller.explain;
