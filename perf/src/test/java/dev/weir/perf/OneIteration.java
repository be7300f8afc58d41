package dev.weir.perf;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A benchmark run in this JVM as shortly as it goes; the times mean nothing. */
final class OneIteration {
    private OneIteration() {}

    /** One result for each of its methods and remaining parameters. */
    static Collection<RunResult> of(
            final Class<?> benchmark, final String parameter, final String value)
            throws RunnerException {
        return new Runner(
                        new OptionsBuilder()
                                .include("\\." + benchmark.getSimpleName() + "\\.")
                                .param(parameter, value)
                                .forks(0)
                                .warmupIterations(0)
                                .measurementIterations(1)
                                .measurementTime(TimeValue.milliseconds(20))
                                .shouldFailOnError(true)
                                .verbosity(VerboseMode.SILENT)
                                .build())
                .run();
    }
}
