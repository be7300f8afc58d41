/** Keeps the benchmarks alive. Start at {@link dev.weir.perf.BenchmarksTest}. */
package dev.weir.perf;
