package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.conformance.Traffic.Stream;
import dev.weir.dataplane.testkit.KernelTest;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A policy holds from the moment in which the programs are there, and when ADD returns they are: a
 * process in the pod's namespace sends every millisecond from before ADD is called, another one
 * sends to it, and none of what the programs see, and none of what is sent after ADD returned,
 * passes. Before the programs are there, packets do pass: nothing in the chain is ours yet.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class StartWindowIT {
    private static final int STARTS = 500;
    private static final int MICROS = 1_000;
    private static final int AFTERWARDS = 10; // datagrams
    private static final String NEW = "x/d";
    private static final String PEER = "y/a";
    private static final String DENY_ALL =
            """
            podSelector: {matchLabels: {pod: d}}
            policyTypes: [Ingress, Egress]
            """;

    private Cluster cluster;
    private Traffic traffic;
    private Pod pod;
    private JsonNode attached;
    private final AtomicReference<Exception> broken = new AtomicReference<>();

    @BeforeEach
    void makeAnInterface(final Cluster shared) throws Exception {
        cluster = shared;
        traffic = new Traffic(cluster.folder());
        pod = cluster.newPod(NEW, Map.of("pod", "d"));
        attached = cluster.chain().addBridge(pod);
        traffic.open(NEW, pod.netns());
        traffic.open(PEER, cluster.pods().get(PEER).netns());
        cluster.apply("x/closed", DENY_ALL);
    }

    @AfterEach
    void removeIt() throws Exception {
        traffic.close();
        cluster.chain().delete(pod);
        pod.netns().close();
        cluster.reset();
    }

    @Test
    void shouldLetNothingThroughWhenAContainerStarts() throws Exception {
        start(STARTS);
    }

    @Test
    void shouldLetNothingThroughWhenPoliciesAndLabelsChangeMeanwhile() throws Exception {
        final Thread changes = new Thread(this::changeUntilInterrupted);
        changes.start();
        try {
            start(STARTS);
        } finally {
            changes.interrupt();
            changes.join();
        }
        assertThat(broken.get()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCutWhatWasOpenWhenTheContainerStarted(final boolean ipv6) throws Exception {
        final Pod peer = cluster.pods().get(PEER);
        try (Conversation out = Conversation.open("TCP", pod, peer, ipv6);
                Conversation in = Conversation.open("TCP", peer, pod, ipv6)) {
            cluster.chain().addWeir(pod, attached);

            assertThat(out.passes()).containsExactly(false, false);
            assertThat(in.passes()).containsExactly(false, false);
        }
    }

    private void start(final int times) throws Exception {
        final String peer = cluster.pods().get(PEER).address(false);
        final String peer6 = cluster.pods().get(PEER).address(true);
        long early = 0;
        for (int i = 0; i < times; i++) {
            traffic.stream(NEW, PEER, peer, 201, MICROS);
            traffic.stream(NEW, PEER, peer6, 202, MICROS);
            traffic.stream(PEER, NEW, pod.address(false), 203, MICROS);
            traffic.stream(PEER, NEW, pod.address(true), 204, MICROS);

            cluster.chain().addWeir(pod, attached);
            traffic.mark(AFTERWARDS);

            final List<Stream> streams = traffic.stop();
            for (final Stream stream : streams) {
                assertThat(stream.sent()).as("start %d", i).isGreaterThan(stream.marked());
                assertThat(stream.beyond()).as("start %d: %s", i, stream).isZero();
                early += stream.received();
            }
            assertThat(passed()).as("start %d", i).isSubsetOf("neighbour");
            cluster.chain().deleteWeir(pod);
        }
        // Between DEL and ADD they do pass: what is not seen above could have been seen.
        assertThat(early).isGreaterThan(times);
        System.out.println("start window: " + times + " starts, " + early + " before the programs");
    }

    /** Reasons for which the programs let packets of the new pod through. */
    private Set<String> passed() throws Exception {
        final JsonNode stats =
                cluster.agent()
                        .call("GET", "/v1/endpoints/" + pod.containerId(), "")
                        .body()
                        .path("stats");
        final Set<String> reasons = new TreeSet<>();
        for (final String direction : List.of("ingress", "egress")) {
            stats.path(direction).path("byReason").fieldNames().forEachRemaining(reasons::add);
        }
        final List<String> drops = new ArrayList<>();
        stats.path("drops").fieldNames().forEachRemaining(drops::add);
        assertThat(drops).isNotEmpty();
        reasons.removeAll(drops);
        return reasons;
    }

    /** Everything changes but that the new pod may not speak and may not be spoken to. */
    private void changeUntilInterrupted() {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                final String number = String.valueOf(i % 7);
                cluster.apply("x/closed", DENY_ALL + (i % 2 == 0 ? "ingress: []" : "egress: []"));
                cluster.labelPod("x/b", Map.of("pod", "b", "change", number));
                cluster.labelNamespace("y", Map.of("ns", "y", "change", number));
                cluster.apply(
                        "y/other",
                        "podSelector: {}\npolicyTypes: [Ingress]\n"
                                + "ingress: [{}, {from: [{podSelector: {matchLabels: {change: '"
                                + number
                                + "'}}}]}]");
            }
        } catch (final ClosedByInterruptException e) {
            // the end
        } catch (final Exception e) {
            broken.set(e);
        }
    }
}
