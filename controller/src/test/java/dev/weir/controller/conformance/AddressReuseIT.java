package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.conformance.Traffic.Stream;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A pod goes and another one gets its address at once, while a peer goes on sending: nothing that
 * the old one was allowed reaches the new one, and nothing of the old one's flows is left to it.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class AddressReuseIT {
    private static final String PEER = "y/a";

    @RepeatedTest(5)
    void shouldNotLetTheNewPodHaveWhatTheOldOneWasAllowed(final Cluster cluster) throws Exception {
        final Traffic traffic = new Traffic(cluster.folder());
        final Pod old = cluster.newPod("x/d", Map.of("pod", "d", "role", "open"));
        final Pod next = cluster.newPod("z/d", Map.of("pod", "d", "role", "closed"));
        final Pod heir =
                new Pod(
                        next.name(),
                        next.netns(),
                        old.network(),
                        old.host(),
                        next.labels(),
                        List.of());
        final Pod peer = cluster.pods().get(PEER);
        cluster.apply("z/closed", "podSelector: {}\npolicyTypes: [Ingress, Egress]");
        cluster.apply(
                "y/lets-open-in",
                "podSelector: {}\npolicyTypes: [Ingress]\n"
                        + "ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {role: open}}}]}]");
        try {
            cluster.chain().add(old);
            // Its interface is there before it needs it, as the IPAM plugin of a busy node has it.
            final JsonNode attached = cluster.chain().addBridge(heir);
            turnTo(peer, old);
            for (final Pod pod : List.of(old, heir, peer)) {
                traffic.open(pod.name(), pod.netns());
            }
            try (Conversation in = Conversation.open("TCP", peer, old, false);
                    Conversation out = Conversation.open("TCP", old, peer, false)) {
                assertThat(in.passes()).containsExactly(true, true);
                assertThat(out.passes()).containsExactly(true, true);
            }
            // One socket of the heir gets what is for the old one's address and port.
            traffic.stream(PEER, heir.name(), old.address(false), 301, 1_000);
            traffic.stream(PEER, heir.name(), old.address(true), 302, 1_000);
            traffic.stream(heir.name(), PEER, peer.address(false), 303, 1_000);
            traffic.stream(heir.name(), PEER, peer.address(true), 304, 1_000);

            turnTo(peer, heir);
            cluster.chain().deleteWeir(old);
            cluster.chain().addWeir(heir, attached);
            traffic.mark(20);

            for (final Stream stream : traffic.stop()) {
                assertThat(stream.beyond()).as("%s", stream).isZero();
            }
        } finally {
            traffic.close();
            cluster.chain().delete(heir);
            cluster.chain().delete(old);
            heir.netns().close();
            old.netns().close();
            peer.netns().run("ip", "neigh", "flush", "nud", "permanent", "dev", "eth0");
            cluster.reset();
        }
    }

    /** The peer's neighbour tables, as if it had just heard of the new link address. */
    private static void turnTo(final Pod peer, final Pod whom) {
        for (final boolean ipv6 : new boolean[] {false, true}) {
            peer.netns()
                    .run(
                            "ip",
                            "neigh",
                            "replace",
                            whom.address(ipv6),
                            "lladdr",
                            whom.mac(),
                            "nud",
                            "permanent",
                            "dev",
                            "eth0");
        }
    }
}
