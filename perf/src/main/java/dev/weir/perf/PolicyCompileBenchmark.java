package dev.weir.perf;

import dev.weir.controller.compile.Compilation;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.StateDiff;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A changed policy among others on a node of 100 endpoints: parsed, compiled, and compared with
 * what is in force.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class PolicyCompileBenchmark {
    private static final int ENDPOINTS = 100;

    /** Of the policy that changes; 20 small ones stay. */
    @Param({"1", "10000"})
    public int rules;

    private final SortedMap<String, NetworkPolicy> policies = new TreeMap<>();
    private final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>();
    private Compilation inForce;
    private int port;

    /** 100 endpoints of 20 apps, and a policy for each app. */
    @Setup(Level.Trial)
    public void fill() {
        for (int i = 1; i <= ENDPOINTS; i++) {
            endpoints.put(
                    i,
                    new EndpointSpec(
                            i,
                            "default",
                            "pod" + i,
                            Map.of("app", "a" + i % 20),
                            List.of(),
                            List.of(IpAddress.parse("10.1.0." + i))));
        }
        for (int i = 0; i < 20; i++) {
            put(PolicyObjects.smallPolicy("small-" + i, "a" + i, "a" + (i + 1) % 20, 80));
        }
        put(PolicyObjects.blocksPolicy("turn", "a1", rules, 8_000));
        inForce = compile(Compilation.EMPTY);
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

    /** From the object to what is to be written. */
    @Benchmark
    public StateDiff change() {
        port ^= 1;
        put(PolicyObjects.blocksPolicy("turn", "a1", rules, 8_000 + port));
        final Compilation next = compile(inForce);
        final StateDiff diff = StateDiff.between(inForce.state(), next.state());
        inForce = next;
        return diff;
    }

    /** Only the parser. */
    @Benchmark
    public NetworkPolicy parse() {
        return NetworkPolicyParser.parse(PolicyObjects.blocks("turn", "a1", rules, 8_000));
    }
}
