/**
 * The parser's corpus: made here, fuzzed on the host by bpf/fuzz, and replayed in the kernel, which
 * must agree.
 *
 * <p>Start at {@link dev.weir.dataplane.fuzz.Corpus}. Depends on {@code testkit} and {@code
 * verdict}.
 */
package dev.weir.dataplane.fuzz;
