package dev.weir.controller.apply;

import static dev.weir.controller.apply.ApplierFixture.allow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateStore;
import dev.weir.controller.store.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever table is too small: refused whole, with the numbers, before anything is written. */
class TableRoomTest {
    private static final int PODS = 20;
    private static final int BLOCKS = 30;

    @TempDir private Path directory;
    @TempDir private Path copies;
    private final RecordingDatapath tables = new RecordingDatapath();
    private final FakeNetwork network = new FakeNetwork();
    private ApplierFixture agent;

    @BeforeEach
    void start() {
        for (int i = 0; i <= PODS; i++) {
            network.run("/run/netns/pod" + i, 100 + i, "10.1.0." + (1 + i));
        }
        agent = new ApplierFixture(directory, tables, network);
        agent.attach("pod0", Map.of("app", "a0"));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void shouldRefuseRowsBeyondThePolicyTable() {
        agent.put(blocks("there", 0, "10.8.%d.0/24", 10));
        restartWith(() -> tables.policyCapacity = 40);

        assertRefused(
                "tables.policy",
                () ->
                        agent.await(
                                agent.applier.change(
                                        List.of(
                                                write(allow("small", "a0", "a0", 80)),
                                                write(blocks("big", 0, "10.9.%d.0/24", BLOCKS))))),
                "needs 41 more rows",
                "30 free",
                "limit: 40",
                "30 of them for policy default/big");
    }

    @Test
    void shouldRefuseAddressesBeyondThePeers() {
        final int held = tables.peers.size();
        restartWith(() -> tables.peerCapacity = held);

        assertRefused(
                "tables.peers",
                () -> agent.attach("pod1", Map.of("app", "a1")),
                "needs 1 more addresses",
                "0 free",
                "limit: " + held);
    }

    @Test
    void shouldRefusePrefixesBeyondTheTableOfTheirFamily() {
        agent.put(blocks("there", 0, "10.8.%d.0/24", 20));
        restartWith(() -> tables.cidrCapacity = 25);

        assertRefused(
                "tables.cidrs",
                () -> agent.put(blocks("more", 0, "10.9.%d.0/24", 6)),
                "needs 6 more IPv4 prefixes",
                "5 free",
                "limit: 25");
        assertRefused(
                "tables.cidrs",
                () -> agent.put(blocks("more", 0, "2001:db8:%d::/48", 26)),
                "needs 26 more IPv6 prefixes",
                "25 free");
        agent.put(blocks("more", 0, "2001:db8:%d::/48", 25));
        assertThat(tables.cidrs).hasSize(45);
    }

    @Test
    void shouldRefuseRulesBeyondTheirCounters() {
        restartWith(() -> tables.rules = 4);
        agent.put(allow("one", "a0", "a0", 81));

        assertRefused(
                "tables.rules",
                () ->
                        agent.await(
                                agent.applier.change(
                                        List.of(
                                                write(allow("two", "a0", "a0", 82)),
                                                write(allow("three", "a0", "a0", 83)),
                                                write(allow("four", "a0", "a0", 84))))),
                "needs 3 more rules",
                "2 free",
                "limit: 3");
    }

    @Test
    void shouldRefuseAnEndpointWithoutANumber() {
        restartWith(() -> tables.endpointCapacity = 2);

        assertRefused(
                "tables.endpoints",
                () -> agent.attach("pod1", Map.of("app", "a1")),
                "needs 1 more number",
                "0 free",
                "limit: 1");
    }

    @Test
    void shouldRefuseAnInterfaceWhoseBucketIsFull() {
        tables.room = 0;

        assertRefused(
                "ifname",
                () -> agent.attach("pod1", Map.of("app", "a1")),
                "veth101",
                "needs 1 more entry",
                "0 free",
                "limit: 4");
    }

    @Test
    void shouldWriteOnlyWhatAPolicyIsFor() {
        for (int i = 1; i <= PODS; i++) {
            agent.attach("pod" + i, Map.of("app", "a" + i));
        }
        agent.await(
                agent.applier.change(
                        IntStream.rangeClosed(1, PODS)
                                .mapToObj(
                                        i ->
                                                write(
                                                        blocks(
                                                                "p" + i,
                                                                i,
                                                                "10." + (100 + i) + ".%d.0/24",
                                                                BLOCKS)))
                                .toList()));
        assertThat(tables.rows).hasSize(PODS * BLOCKS);
        tables.writes = 0;

        agent.put(blocks("p7", 7, "10.107.%d.0/24", BLOCKS - 1));

        // The endpoint's rows under a new number, the old ones, and the one prefix, first taken out
        // of force and then removed.
        assertThat(tables.writes).isEqualTo(BLOCKS - 1 + BLOCKS + 2);
        assertThat(tables.rows).hasSize(PODS * BLOCKS - 1);
    }

    /** Tables keep their size as long as an agent runs. */
    private void restartWith(final Runnable settings) {
        agent.close();
        settings.run();
        agent = new ApplierFixture(directory, tables, network);
    }

    private static ObjectChange write(final String yaml) {
        final var policy = ApplierFixture.policy(yaml);
        return new ObjectChange(
                ObjectKind.NETWORK_POLICY, policy.key(), Optional.of(policy), Precondition.NONE);
    }

    /** Pods {@code app: a<pod>} can be reached from {@code count} blocks. */
    private static String blocks(
            final String name, final int pod, final String block, final int count) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: %s, namespace: default}
                spec:
                  podSelector: {matchLabels: {app: a%d}}
                  policyTypes: [Ingress]
                  ingress: [{from: [%s], ports: [{port: 443}]}]
                """
                .formatted(
                        name,
                        pod,
                        IntStream.range(0, count)
                                .mapToObj(i -> "{ipBlock: {cidr: '" + block.formatted(i) + "'}}")
                                .collect(Collectors.joining(", ")));
    }

    private void assertRefused(
            final String field, final ThrowingCallable change, final String... numbers) {
        final Map<Object, Object> before = everything();
        tables.log.clear();

        assertThatThrownBy(change)
                .isInstanceOfSatisfying(
                        ControllerException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(422);
                            assertThat(e.getMessage()).contains(numbers);
                            assertThat(e.causes().get(0).field()).isEqualTo(field);
                        });

        assertThat(tables.log).isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    /** Tables, what is stored and what readers see. */
    private Map<Object, Object> everything() {
        final Map<Object, Object> all = new TreeMap<>();
        all.put("rows", Map.copyOf(tables.rows));
        all.put("peers", Map.copyOf(tables.peers));
        all.put("cidrs", Map.copyOf(tables.cidrs));
        all.put("records", Map.copyOf(tables.records));
        all.put("bound", Map.copyOf(tables.bound));
        all.put("revision", tables.revision);
        all.put("desired", agent.applier.snapshot().desired());
        all.put("compiled", agent.applier.snapshot().compiled());
        all.put("endpoints", agent.applier.snapshot().endpoints().keySet());
        all.put("stored", stored());
        return all;
    }

    /** What the next start would find, but for the versions that a refused request takes. */
    private Set<StoredObject> stored() {
        try (Stream<Path> files = Files.walk(directory)) {
            final Path copy = Files.createTempDirectory(copies, "state");
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                final Path target = copy.resolve(directory.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
            try (StateStore store = StateStore.open(copy)) {
                return store.load().objects().stream()
                        .filter(each -> each.kind() != ObjectKind.AGENT)
                        .collect(Collectors.toSet());
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
