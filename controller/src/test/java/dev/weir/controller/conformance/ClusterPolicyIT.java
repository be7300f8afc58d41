package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The groups of the ClusterNetworkPolicy conformance suite, on its four namespaces. */
@KernelTest
class ClusterPolicyIT {
    @RegisterExtension static final SharedCluster HOUSES = new SharedCluster(Layout.HOUSES);

    private static final JsonNode DATA = Case.resource("cluster-network-policy.yaml");
    private static Runner runner;

    @BeforeAll
    static void useTheCluster(final Cluster cluster) {
        runner = new Runner(cluster);
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsTheSuiteExpects() {
        final List<Case> cases = new ArrayList<>(OrderedRules.of(DATA.path("ordered")));
        cases.addAll(Case.list(DATA.path("cases")));
        assertThat(cases).hasSize(22);
        return Report.run("ClusterNetworkPolicy v1alpha2", cases, runner);
    }

    @TestFactory
    Stream<DynamicTest> shouldRefusePeersThatAreNotEnforced() {
        final List<Case> cases = Case.list(DATA.path("refused"));
        assertThat(cases).hasSize(2);
        return Report.run("ClusterNetworkPolicy: `nodes` peers, refused with 422", cases, runner);
    }
}
