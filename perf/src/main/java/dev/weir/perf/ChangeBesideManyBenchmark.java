package dev.weir.perf;

import dev.weir.controller.compile.Compilation;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.StateDiff;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One change beside 200 endpoints, 10,000 blocks with a hole each at two ports, and 5,000 port
 * ranges: compiled, and compared with what is in force.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class ChangeBesideManyBenchmark {
    private static final int ENDPOINTS = 200;
    private static final int APPS = 100;

    private final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
    private final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
    private Compilation inForce;
    private int turn;

    /** Two endpoints of each app, and its policies. */
    @Setup(Level.Trial)
    public void fill() {
        for (int i = 0; i < ENDPOINTS; i++) {
            attach(i);
        }
        for (int i = 0; i < APPS; i++) {
            put(PolicyObjects.netPolicy("net-" + i, "a" + i, i, 443));
        }
        for (int i = 0; i < APPS / 2; i++) {
            put(PolicyObjects.rangesPolicy("ranges-" + i, "a" + i, "p" + (1 + i), i));
        }
        inForce = compile(Compilation.EMPTY);
    }

    private void attach(final int index) {
        endpoints.put(
                1 + index,
                new EndpointSpec(
                        1 + index,
                        "default",
                        "p" + index,
                        Map.of("app", "a" + index % APPS, "pod", "p" + index),
                        List.of(),
                        List.of(IpAddress.parse("172.16." + index / 200 + "." + index % 200))));
    }

    private void put(final NetworkPolicy policy) {
        policies.put(policy.key(), policy);
    }

    private Compilation compile(final Compilation before) {
        return PolicyCompiler.compile(
                new DesiredState(
                        policies, new TreeMap<>(), new TreeMap<>(), endpoints, Set.of(), false),
                before,
                PolicyCompiler.RULE_CAPACITY);
    }

    private StateDiff next() {
        final Compilation next = compile(inForce);
        final StateDiff diff = StateDiff.between(inForce.state(), next.state());
        inForce = next;
        return diff;
    }

    /** One policy of 200 rows gets another port. */
    @Benchmark
    public StateDiff changePort() {
        put(PolicyObjects.netPolicy("net-7", "a7", 7, 8_000 + ++turn % 2));
        return next();
    }

    /** One policy gets 100 other blocks. */
    @Benchmark
    public StateDiff changeBlocks() {
        put(PolicyObjects.netPolicy("net-7", "a7", 200 + ++turn % 2, 443));
        return next();
    }

    /** A container goes, and comes back. */
    @Benchmark
    public StateDiff detachAndAttach() {
        final int index = ++turn % ENDPOINTS;
        endpoints.remove(1 + index);
        next();
        attach(index);
        return next();
    }

    /** Everything, as at a start. */
    @Benchmark
    public StateDiff fromScratch() {
        return StateDiff.between(Compilation.EMPTY.state(), compile(Compilation.EMPTY).state());
    }
}
