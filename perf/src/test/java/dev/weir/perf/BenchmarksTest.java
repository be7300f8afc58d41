package dev.weir.perf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

class BenchmarksTest {
    @Test
    void shouldSweepFlows() throws RunnerException {
        assertThat(OneIteration.of(FlowSweepBenchmark.class, "flows", "1000")).hasSize(6);
    }

    @Test
    void shouldCompilePolicies() throws RunnerException {
        assertThat(OneIteration.of(PolicyCompileBenchmark.class, "rules", "10")).hasSize(2);
    }
}
