package dev.weir.controller.apply;

import static dev.weir.controller.apply.ApplierFixture.allow;
import static dev.weir.controller.apply.ApplierFixture.deny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.netlink.NetworkSocket;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {
    private static final IpAddress WEB = IpAddress.parse("10.1.0.2");
    private static final IpAddress CLIENT = IpAddress.parse("10.1.0.3");

    @TempDir private Path directory;
    private RecordingDatapath tables = new RecordingDatapath();
    private final FakeNetwork network = new FakeNetwork();
    private Endpoint web;
    private CompiledState before;

    @BeforeEach
    void runAnEarlierAgent() {
        network.run("/run/netns/web", 11, "10.1.0.2");
        network.run("/run/netns/client", 12, "10.1.0.3");
        final ApplierFixture agent = new ApplierFixture(directory, tables, network);
        web = agent.attach("web", Map.of("app", "web"));
        agent.attach("client", Map.of("app", "client"));
        agent.put(allow("p", "web", "client", 80));
        agent.putCluster(ApplierFixture.denyPods("fence"));
        agent.putNamespace(
                "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {a: b}}}");
        before = agent.applier.snapshot().compiled();
        agent.close();
        tables.log.clear();
    }

    private Snapshot restart() {
        final ApplierFixture agent = new ApplierFixture(directory, tables, network);
        final Snapshot snapshot = agent.applier.snapshot();
        agent.close();
        return snapshot;
    }

    @Test
    void shouldNotStartWithoutRoomForAContainerThatLives() {
        tables.endpointCapacity = 2;

        assertThatThrownBy(this::restart)
                .hasMessageContaining("client-eth0 does not fit: it has number 2")
                .hasMessageContaining("limit: 1; raise tables.endpoints in the settings to 3");

        assertThat(tables.log).isEmpty();
        assertThat(tables.bound).containsOnlyKeys(11, 12);
        tables.endpointCapacity = 64;
        assertThat(restart().endpoints()).containsOnlyKeys("client-eth0", "web-eth0");
    }

    @Test
    void shouldTakeOverWithoutAWriteWhenNothingDiffers() {
        final int revision = tables.revision;

        final Snapshot after = restart();

        assertThat(tables.log).containsExactlyInAnyOrder("hooks 11", "hooks 12");
        assertThat(tables.revision).isEqualTo(revision);
        assertThat(after.endpoints()).containsOnlyKeys("client-eth0", "web-eth0");
        assertThat(after.desired().policies()).containsOnlyKeys("default/p");
        assertThat(after.desired().clusterPolicies()).containsOnlyKeys("fence");
        assertThat(after.namespaces().get("shop").meta().labels()).containsEntry("a", "b");
        assertThat(after.compiled().policies()).isEqualTo(before.policies());
        assertThat(after.compiled().rules()).isEqualTo(before.rules());
        assertThat(after.compiled().identityByEndpoint()).isEqualTo(before.identityByEndpoint());
    }

    @Test
    void shouldKnowItsNumbersWhenKilledRightAfterAWrite(@TempDir final Path killed)
            throws IOException {
        final ApplierFixture agent = new ApplierFixture(directory, tables, network);
        agent.put(allow("q", "client", "web", 81));
        copy(directory, killed);
        agent.close();
        final int revision = tables.revision;
        final Map<PolicyKey, PolicyRow> rows = Map.copyOf(tables.rows);

        new ApplierFixture(killed, tables, network).close();

        assertThat(tables.revision).isEqualTo(revision);
        assertThat(tables.rows).isEqualTo(rows);
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                final Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    @Test
    void shouldNotTakeAnAddressThatTheContainerGaveItselfMeanwhile() {
        network.run("/run/netns/web", 11, "10.1.0.2", "10.1.0.77");

        final Snapshot after = restart();

        assertThat(after.endpoints().get("web-eth0").addresses()).containsExactly(WEB);
        assertThat(tables.records.get(web.number()).addresses()).containsExactly(WEB);
    }

    @Test
    void shouldRepairRowsThatWereLost() {
        final Set<PolicyKey> rows = Set.copyOf(tables.rows.keySet());
        tables.rows.clear();

        restart();

        assertThat(tables.word(web.number()).isolatedIngress()).isTrue();
        assertThat(tables.rows).hasSameSizeAs(rows);
        assertThat(tables.rows.keySet())
                .anyMatch(key -> key.policy() == tables.word(web.number()).policy());
    }

    @Test
    void shouldNotRewriteRowsInForceWhenTheNumberingIsLost() throws IOException {
        final int number = tables.word(web.number()).policy();
        final Map<PolicyKey, ?> inForce = Map.copyOf(tables.rows);
        final int rule = before.rules().keySet().iterator().next();
        Files.delete(directory.resolve("numbering/numbering.json"));
        tables.rows.replaceAll(
                (key, row) -> PolicyRow.enforced(row.verdict(), rule + 7, row.precedence()));

        restart();

        assertThat(tables.word(web.number()).policy()).isNotEqualTo(number);
        assertThat(tables.rows.keySet()).noneMatch(key -> key.policy() == number);
        assertThat(tables.rows).hasSameSizeAs(inForce);
        assertThat(tables.log.indexOf("put rows")).isLessThan(tables.log.indexOf("revision"));
        assertThat(tables.log.indexOf("grace")).isLessThan(tables.log.indexOf("remove row"));
    }

    @Test
    void shouldNotLetAnUnfinishedWriteComeIntoForce() {
        final int identity = tables.identity(WEB);
        tables.peers.put(WEB, new PeerRow(999, identity, tables.revision + 1, web.number()));

        restart();
        tables.revision++;

        assertThat(tables.identity(WEB)).isEqualTo(identity);
    }

    @Test
    void shouldRemoveEndpointsWhoseInterfaceIsGone() {
        network.stop("/run/netns/web");

        final Snapshot after = restart();

        assertThat(after.endpoints()).containsOnlyKeys("client-eth0");
        assertThat(tables.bound).containsOnlyKeys(12);
        assertThat(tables.peers).doesNotContainKey(WEB).containsKey(CLIENT);
        assertThat(tables.records).doesNotContainKey(web.number());
        assertThat(restart().endpoints()).containsOnlyKeys("client-eth0");
    }

    @Test
    void shouldNotTakeALaterLinkForAnEndpoint() {
        network.stop("/run/netns/web");
        network.run("/run/netns/stranger", 11, "10.1.0.9");

        final Snapshot after = restart();

        assertThat(after.endpoints()).containsOnlyKeys("client-eth0");
        assertThat(tables.bound).doesNotContainKey(11);
    }

    @Test
    void shouldAttachTheLivingAgainWithTheirConnectionsWhenTheTablesAreGone() {
        tables = new RecordingDatapath();
        final IpAddress far = IpAddress.parse("192.0.2.7");
        network.sockets.put(
                "/run/netns/web",
                List.of(
                        new NetworkSocket(
                                6, 10, IpAddress.parse("::"), 80, IpAddress.parse("::"), 0),
                        new NetworkSocket(6, 1, WEB, 80, far, 4_000),
                        new NetworkSocket(6, 1, WEB, 50_000, far, 443),
                        new NetworkSocket(6, 6, WEB, 50_001, far, 443)));

        restart();

        assertThat(tables.bound).containsEntry(11, web.number());
        assertThat(tables.hooked).containsExactly(11, 12);
        assertThat(tables.connections).hasSize(2);
        final FlowKey served = new FlowKey(web.number(), WEB, far, 80, 4_000, 6);
        final FlowKey opened = new FlowKey(web.number(), WEB, far, 50_000, 443, 6);
        assertThat(tables.connections.get(served).opener()).isEqualTo(Direction.INGRESS);
        assertThat(tables.connections.get(opened).opener()).isEqualTo(Direction.EGRESS);
        assertThat(tables.connections.get(served).reason()).isEqualTo(Reason.ADOPTED);
        assertThat(tables.connections.get(served).policy())
                .isEqualTo(tables.word(web.number()).policy());
        assertThat(tables.log.lastIndexOf("adopt")).isLessThan(tables.log.indexOf("bind 11"));
    }

    @Test
    void shouldCloseTheNamespaceOfADamagedPolicyUntilItIsWrittenAgain() throws IOException {
        Files.writeString(directory.resolve("networkpolicies/default_p.json"), "{\"schema\":1,");

        final ApplierFixture agent = new ApplierFixture(directory, tables, network);

        final Snapshot after = agent.applier.snapshot();
        assertThat(after.desired().policies().get("default/p").meta().annotations())
                .containsKey(StoredModel.DAMAGED_ANNOTATION);
        assertThat(after.endpoints().values())
                .allMatch(
                        each -> each.policy().isolatedIngress() && each.policy().isolatedEgress());
        agent.put(deny("p", "web"));
        assertThat(tables.word(web.number()).isolatedIngress()).isTrue();
        assertThat(tables.word(web.number()).isolatedEgress()).isFalse();
        agent.close();
        try (Stream<Path> files = Files.list(directory.resolve("networkpolicies"))) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("default_p.json", "default_p.json.damaged1");
        }
    }

    @Test
    void shouldDenyWhatADamagedClusterPolicyCouldUntilItIsDeleted() throws IOException {
        Files.writeString(directory.resolve("clusternetworkpolicies/fence.json"), "");

        final ApplierFixture agent = new ApplierFixture(directory, tables, network);

        final ClusterNetworkPolicy standIn =
                agent.applier.snapshot().desired().clusterPolicies().get("fence");
        assertThat(standIn.meta().annotations()).containsKey(StoredModel.DAMAGED_ANNOTATION);
        assertThat(standIn.spec().tier()).isEqualTo(ClusterPolicySpec.Tier.ADMIN);
        assertThat(standIn.spec().egress().get(0).peers()).hasSize(3);
        agent.await(agent.applier.deleteClusterPolicy("fence", Precondition.NONE));
        agent.close();
        assertThat(restart().desired().clusterPolicies()).isEmpty();
    }

    @Test
    void shouldLetADamagedPolicyWithoutANamespaceBeDeletedAndOneWithoutANameBe()
            throws IOException {
        Files.writeString(directory.resolve("networkpolicies/stray.json"), "");
        Files.writeString(directory.resolve("networkpolicies/No Name.json"), "");

        final ApplierFixture agent = new ApplierFixture(directory, tables, network);

        assertThat(agent.applier.snapshot().desired().policies()).containsKey("default/stray");
        agent.await(agent.applier.deletePolicy("default", "stray", Precondition.NONE));
        assertThat(agent.applier.snapshot().endpoints().values())
                .noneMatch(each -> each.policy().isolatedEgress());
        agent.close();
    }

    @Test
    void shouldCloseTheInterfaceOfADamagedEndpointUntilItIsAttachedAgain() throws IOException {
        Files.writeString(directory.resolve("endpoints/web-eth0.json"), "");

        final ApplierFixture agent = new ApplierFixture(directory, tables, network);

        assertThat(agent.applier.snapshot().endpoints()).containsOnlyKeys("client-eth0");
        assertThat(tables.bound).containsEntry(11, web.number());
        assertThat(tables.hooked).contains(11);
        agent.put(allow("q", "client", "web", 81));
        assertThat(tables.word(web.number()).isolatedIngress()).isTrue();
        assertThat(tables.word(web.number()).isolatedEgress()).isTrue();
        assertThat(tables.word(web.number()).policy()).isZero();

        final Endpoint again = agent.attach("web", Map.of("app", "web"));

        assertThat(tables.bound).containsEntry(11, again.number());
        assertThat(tables.word(again.number()).isolatedEgress()).isFalse();
        agent.close();
    }
}
