/**
 * What tests against the kernel need: namespaces, packets, programs under test, leak checks.
 *
 * <p>Start at {@link dev.weir.dataplane.testkit.ProgramUnderTest}.
 */
package dev.weir.dataplane.testkit;
