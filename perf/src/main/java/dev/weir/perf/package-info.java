/**
 * JMH benchmarks of the control plane. Start at {@link dev.weir.perf.FlowSweepBenchmark}; {@code
 * perf/bench.sh control} runs them all. Depends on the controller and the dataplane.
 */
package dev.weir.perf;
