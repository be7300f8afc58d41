package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.KernelTest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The cases of Kubernetes' own suites, on nine pods in three namespaces: every pod asks every other
 * by TCP, UDP and SCTP on two ports in IPv4 and IPv6 after every step, and the answer is compared
 * with the oracle and with what the case expects.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class ConformanceIT {
    private static Runner runner;

    @BeforeAll
    static void useTheCluster(final Cluster cluster) {
        runner = new Runner(cluster);
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsTheKubernetesEndToEndSuiteExpects() {
        final List<Case> cases = Case.list(Case.resource("kubernetes-e2e.yaml"));
        assertThat(cases).hasSize(48);
        return Report.run("Kubernetes e2e netpol", cases, runner);
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsTheOracleSaysInTheFamiliesOfCyclonus() {
        final Map<String, List<Case>> families =
                CyclonusFamilies.of(Case.resource("cyclonus.yaml"));
        assertThat(families.values().stream().mapToInt(List::size).sum()).isEqualTo(230);
        return families.entrySet().stream()
                .flatMap(
                        family ->
                                Report.run(
                                        "Cyclonus " + family.getKey(), family.getValue(), runner));
    }
}
