/**
 * What is legal in a policy but surely a mistake. Pure: no kernel, no clock, no input or output.
 * Start at {@link dev.weir.controller.lint.PolicyLint}. Depends on policy, identity,
 * dataplane.layout and Jackson's tree.
 */
package dev.weir.controller.lint;
