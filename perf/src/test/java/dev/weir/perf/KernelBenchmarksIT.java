package dev.weir.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

@KernelTest
class KernelBenchmarksIT {
    @Test
    void shouldReadAndWriteAMap() throws RunnerException {
        assertThat(OneIteration.of(MapBatchBenchmark.class, "entries", "1000")).hasSize(2);
    }

    @Test
    void shouldSpeakToAnAgent() throws RunnerException {
        assertThat(OneIteration.of(RestBenchmark.class, "endpoints", "0")).hasSize(2);
    }
}
