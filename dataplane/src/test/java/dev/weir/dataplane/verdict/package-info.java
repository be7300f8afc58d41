/**
 * Every branch of the datapath, one packet at a time by BPF_PROG_TEST_RUN: given rules, when this
 * packet, then this verdict, this counter and this entry.
 *
 * <p>Start at {@link dev.weir.dataplane.verdict.ContainerUnderTest}. Depends on {@code testkit}.
 */
package dev.weir.dataplane.verdict;
