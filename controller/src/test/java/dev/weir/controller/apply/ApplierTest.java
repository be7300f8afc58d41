package dev.weir.controller.apply;

import static dev.weir.controller.apply.ApplierFixture.allow;
import static dev.weir.controller.apply.ApplierFixture.deny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.table.TableFullException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplierTest {
    @TempDir private Path directory;
    private final RecordingDatapath tables = new RecordingDatapath();
    private final FakeNetwork network = new FakeNetwork();
    private ApplierFixture agent;

    @BeforeEach
    void start() {
        network.run("/run/netns/web", 11, "10.1.0.2", "fe80::2");
        network.run("/run/netns/client", 12, "10.1.0.3", "fe80::3");
        agent = new ApplierFixture(directory, tables, network);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void shouldWriteEverythingBeforeTheRevisionAndRemoveNothingBeforeGrace() {
        agent.attach("web", Map.of("app", "web"));
        agent.attach("client", Map.of("app", "client"));
        agent.put(allow("p", "web", "client", 80));
        agent.applier.doWork();
        tables.log.clear();

        agent.put(allow("p", "web", "client", 81));

        final List<String> log = tables.log;
        final int flip = log.indexOf("revision");
        final int grace = log.indexOf("grace");
        assertThat(log.stream().filter("revision"::equals)).hasSize(1);
        assertThat(flip).isLessThan(grace);
        assertThat(log.subList(0, flip)).contains("put rows").doesNotContain("remove row");
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).startsWith("put") || log.get(i).startsWith("word")) {
                assertThat(i).as(log.get(i)).isLessThan(flip);
            }
            if (log.get(i).startsWith("remove")) {
                assertThat(i).as(log.get(i)).isGreaterThan(grace);
            }
        }
        assertThat(log).contains("remove row");
    }

    @Test
    void shouldWriteTheInactiveWordOfEveryEndpoint() {
        final Endpoint web = agent.attach("web", Map.of("app", "web"));
        final Endpoint client = agent.attach("client", Map.of("app", "client"));
        final int next = tables.revision + 1;
        tables.log.clear();

        agent.put(deny("p", "web"));

        assertThat(tables.log)
                .contains(
                        "word " + web.number() + " for " + next,
                        "word " + client.number() + " for " + next);
        assertThat(tables.word(web.number()).isolatedIngress()).isTrue();
        assertThat(tables.word(client.number()).isolatedIngress()).isFalse();
    }

    @Test
    void shouldBindOnlyWhenThePolicyIsInForceAndTheProgramsAreInPlace() {
        agent.put(deny("p", "web"));
        tables.log.clear();

        final Endpoint web = agent.attach("web", Map.of("app", "web"));

        final List<String> log = tables.log;
        assertThat(log.indexOf("record " + web.number())).isLessThan(log.indexOf("revision"));
        assertThat(log.indexOf("revision")).isLessThan(log.indexOf("bind 11"));
        assertThat(log.indexOf("hooks 11")).isNotNegative().isLessThan(log.indexOf("bind 11"));
        assertThat(web.policy().isolatedIngress()).isTrue();
        assertThat(web.hooks()).extracting("mode").containsExactly("tcx", "tcx");
        assertThat(tables.identity(IpAddress.parse("10.1.0.2"))).isEqualTo(web.identity());
    }

    @Test
    void shouldAnswerWithTheStoredObject() {
        final WriteResult<NetworkPolicy> created = agent.put(deny("p", "web"));
        final WriteResult<NetworkPolicy> replaced = agent.put(deny("p", "client"));

        assertThat(created.created()).isTrue();
        assertThat(replaced.created()).isFalse();
        final var before = created.object().json().path("metadata");
        final var after = replaced.object().json().path("metadata");
        assertThat(after.path("uid")).isEqualTo(before.path("uid"));
        assertThat(after.path("creationTimestamp").asText()).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(after.path("generation").asInt()).isEqualTo(2);
        assertThat(after.path("resourceVersion").asLong())
                .isGreaterThan(before.path("resourceVersion").asLong());
    }

    @Test
    void shouldNotRaiseTheVersionWhenNothingChanges() {
        final WriteResult<NetworkPolicy> first = agent.put(deny("p", "web"));

        final WriteResult<NetworkPolicy> second = agent.put(deny("p", "web"));

        assertThat(second.object()).isEqualTo(first.object());
        assertThat(second.revision()).isEqualTo(first.revision());
    }

    @Test
    void shouldKeepPreconditions() {
        final String version = agent.put(deny("p", "web")).object().meta().resourceVersion();
        agent.put(deny("p", "client"));
        final Precondition create = new Precondition(Precondition.Kind.CREATE, 0, false);
        final Precondition replace = new Precondition(Precondition.Kind.REPLACE, 0, false);
        final Precondition stale =
                new Precondition(Precondition.Kind.REPLACE, Long.parseLong(version), false);

        assertRefused(409, "AlreadyExists", () -> agent.put(deny("p", "web"), create));
        assertRefused(404, "NotFound", () -> agent.put(deny("q", "web"), replace));
        assertRefused(409, "Conflict", () -> agent.put(deny("p", "web"), stale));
        assertRefused(
                404,
                "NotFound",
                () -> agent.await(agent.applier.deletePolicy("default", "q", Precondition.NONE)));
        assertRefused(
                409,
                "Conflict",
                () -> agent.await(agent.applier.deletePolicy("default", "p", stale)));
        assertThat(agent.applier.snapshot().desired().policies()).containsOnlyKeys("default/p");
    }

    @Test
    void shouldChangeNothingOnDryRun() {
        final Snapshot before = agent.applier.snapshot();
        tables.log.clear();

        final WriteResult<NetworkPolicy> result =
                agent.put(deny("p", "web"), new Precondition(Precondition.Kind.ANY, 0, true));

        assertThat(result.created()).isTrue();
        assertThat(tables.log).isEmpty();
        assertThat(agent.applier.snapshot().desired().policies()).isEmpty();
        assertThat(agent.applier.snapshot().resourceVersion()).isEqualTo(before.resourceVersion());
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndChangeNothing() {
        agent.attach("web", Map.of("app", "web"));
        agent.attach("client", Map.of("app", "client"));
        tables.policyCapacity = tables.rows.size();
        tables.log.clear();

        assertThatThrownBy(() -> agent.put(allow("p", "web", "client", 80)))
                .isInstanceOfSatisfying(
                        ControllerException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(422);
                            assertThat(e)
                                    .hasMessageContaining("default/p")
                                    .hasMessageContaining("limit: 0");
                            assertThat(e.causes().get(0).field()).isEqualTo("tables.policy");
                        });
        assertThat(tables.log).isEmpty();
        assertThat(agent.applier.snapshot().desired().policies()).isEmpty();
    }

    @Test
    void shouldTakeAnyNumberOfChangesWithATableOfFewRules() {
        tables.rules = 4;
        try (ApplierFixture small =
                new ApplierFixture(directory.resolve("small"), tables, network)) {
            for (int port = 1; port <= 20; port++) {
                small.put(allow("p", "web", "client", port));
            }

            assertThat(small.applier.snapshot().compiled().rules().keySet())
                    .allSatisfy(number -> assertThat(number).isBetween(1, 3));
        }
    }

    @Test
    void shouldTakeEverythingBackWhenTheKernelRefuses() {
        agent.attach("web", Map.of("app", "web"));
        final Map<IpAddress, ?> peers = Map.copyOf(tables.peers);
        final Map<?, ?> rows = Map.copyOf(tables.rows);
        final int revision = tables.revision;
        tables.failPeers = new TableFullException("weir_peers", 2, 1);

        assertRefused(500, "InternalError", () -> agent.attach("client", Map.of("app", "client")));

        assertThat(tables.revision).isEqualTo(revision);
        assertThat(tables.rows).isEqualTo(rows);
        assertThat(tables.peers.keySet()).isEqualTo(peers.keySet());
        assertThat(agent.applier.snapshot().endpoints()).containsOnlyKeys("web-eth0");
        agent.attach("client", Map.of("app", "client"));
        assertThat(agent.applier.snapshot().endpoints())
                .containsOnlyKeys("client-eth0", "web-eth0");
    }

    @Test
    void shouldLeaveNothingWhenHooksFail() {
        tables.failHooks = new IllegalStateException("no qdisc");

        assertRefused(500, "InternalError", () -> agent.attach("web", Map.of()));

        assertThat(tables.bound).isEmpty();
        assertThat(agent.applier.snapshot().endpoints()).isEmpty();
        tables.failHooks = null;
        agent.close();
        agent = new ApplierFixture(directory, tables, network);
        assertThat(agent.applier.snapshot().endpoints()).isEmpty();
    }

    @Test
    void shouldTakeProgramsOffAnInterfaceThatWasNotBound() {
        tables.failBind = new IllegalStateException("no way");

        assertRefused(500, "InternalError", () -> agent.attach("web", Map.of()));

        assertThat(tables.hooked).isEmpty();
        tables.failBind = null;
        tables.failPeers = new TableFullException("weir_peers", 2, 1);
        assertRefused(500, "InternalError", () -> agent.attach("web", Map.of()));
        assertThat(tables.hooked).isEmpty();
        assertThat(agent.attach("web", Map.of()).hooks()).extracting("mode").contains("tcx");
    }

    @Test
    void shouldKeepProgramsWhereAnEndpointStaysThatWasToBeReplaced() {
        final Endpoint web = agent.attach("web", Map.of());
        tables.failPeers = new TableFullException("weir_peers", 2, 1);
        network.run("/run/netns/web", 11, "10.1.0.9");

        assertRefused(500, "InternalError", () -> agent.attach("web", Map.of("a", "b")));

        assertThat(tables.hooked).containsExactly(11);
        assertThat(tables.bound).containsEntry(11, web.number());
        assertThat(tables.log).doesNotContain("unhook 11");
    }

    @Test
    void shouldRefuseAnAddressThatALivingEndpointHas() {
        agent.attach("web", Map.of());
        network.run("/run/netns/thief", 13, "10.1.0.2");

        assertThatThrownBy(() -> agent.attach("thief", Map.of()))
                .isInstanceOf(ControllerException.class)
                .hasMessageContaining("10.1.0.2 belongs to endpoint web-eth0");
    }

    @Test
    void shouldSupersedeADeadEndpoint() {
        final Endpoint web = agent.attach("web", Map.of());
        network.stop("/run/netns/web");
        network.run("/run/netns/heir", 13, "10.1.0.2");

        final Endpoint heir = agent.attach("heir", Map.of());

        assertThat(agent.applier.snapshot().endpoints()).containsOnlyKeys("heir-eth0");
        assertThat(heir.number()).isNotEqualTo(web.number());
        assertThat(tables.bound).containsOnlyKeys(13);
    }

    @Test
    void shouldLeaveALinkToItsEndpointUnlessARuleAttachedIt() {
        agent.attach("web", Map.of());
        assertThatThrownBy(() -> attach("other", "/run/netns/web"))
                .hasMessageContaining("is already attached as endpoint web-eth0");
        agent.attach("client", Map.of(AttachRequest.ATTACHED_BY, "all-veths"));

        attach("named", "/run/netns/client");

        assertThat(agent.applier.snapshot().endpoints()).containsOnlyKeys("web-eth0", "named-eth0");
        assertThat(tables.bound).containsOnlyKeys(11, 12);
    }

    @Test
    void shouldKeepTheNumberWhenTheSameContainerIsAttachedAgain() {
        final Endpoint first = agent.attach("web", Map.of("app", "web"));

        final Endpoint second = agent.attach("web", Map.of("app", "other"));

        assertThat(second.number()).isEqualTo(first.number());
        assertThat(second.labels()).containsEntry("app", "other");
        assertThat(tables.bound).containsEntry(11, first.number());
    }

    @Test
    void shouldGiveLongContainerIdsAShortIdThatIsUnique() {
        network.run("/run/netns/a", 21, "10.1.0.21");
        network.run("/run/netns/b", 22, "10.1.0.22");

        final Endpoint one = attach("0123456789abcdef01", "/run/netns/a");
        final Endpoint two = attach("0123456789abcdef02", "/run/netns/b");

        assertThat(one.id()).isEqualTo("0123456789ab-eth0");
        assertThat(two.id()).isEqualTo("0123456789abcdef02-eth0");
    }

    private Endpoint attach(final String containerId, final String netns) {
        return agent.await(
                agent.applier.attach(
                        new AttachRequest(
                                Optional.of(netns),
                                OptionalInt.empty(),
                                containerId,
                                "eth0",
                                "",
                                "default",
                                "",
                                Map.of(),
                                List.of(),
                                List.of(),
                                false)));
    }

    @Test
    void shouldRefuseWhatTheInterfaceDoesNotHave() {
        final AttachRequest request =
                new AttachRequest(
                        Optional.of("/run/netns/web"),
                        OptionalInt.empty(),
                        "web",
                        "eth0",
                        "net",
                        "Not A Name",
                        "web",
                        Map.of("bad key", "x"),
                        List.of(new NamedPort("http", 70_000, "TCP")),
                        List.of(),
                        false);

        assertThatThrownBy(() -> agent.await(agent.applier.attach(request)))
                .isInstanceOfSatisfying(
                        ControllerException.class,
                        e ->
                                assertThat(e.causes())
                                        .extracting("field")
                                        .containsExactly("namespace", "labels", "ports[0].port"));
    }

    @Test
    void shouldDetachHooksFirstAndForgetTheEndpoint() {
        final Endpoint web = agent.attach("web", Map.of());
        tables.log.clear();

        agent.await(agent.applier.detach("web"));
        agent.applier.onClose();

        assertThat(tables.log.indexOf("unhook 11")).isLessThan(tables.log.indexOf("unbind 11"));
        assertThat(tables.log.indexOf("unbind 11")).isLessThan(tables.log.indexOf("revision"));
        assertThat(tables.log.indexOf("grace"))
                .isLessThan(tables.log.indexOf("clear " + web.number()));
        assertThat(tables.peers).doesNotContainKey(IpAddress.parse("10.1.0.2"));
        assertThat(tables.records).isEmpty();
    }

    @Test
    void shouldRemoveTheEndpointWhenItsLinkIsGone() {
        agent.attach("web", Map.of());
        agent.applier.linkGone(11);
        agent.await(agent.applier.check("web", "eth0"));
        assertThat(agent.applier.snapshot().endpoints()).containsOnlyKeys("web-eth0");

        network.stop("/run/netns/web");
        agent.applier.linkGone(11);
        agent.await(agent.applier.check("web", "eth0"));

        assertThat(agent.applier.snapshot().endpoints()).isEmpty();
        assertThat(tables.bound).isEmpty();
    }

    @Test
    void shouldFollowTheNodesAddresses() {
        network.addresses.add(IpAddress.parse("10.0.0.9"));

        agent.applier.addressesChanged();
        agent.await(agent.applier.check("web", "eth0"));

        assertThat(tables.identity(IpAddress.parse("10.0.0.9"))).isEqualTo(1);
    }

    @Test
    void shouldEnforcePatchedLabels() {
        final Endpoint web = agent.attach("web", Map.of("app", "none", "tier", "x"));
        agent.put(deny("p", "web"));
        assertThat(tables.word(web.number()).isolatedIngress()).isFalse();

        final Endpoint patched =
                agent.await(
                        agent.applier.patch(
                                "web-eth0",
                                Map.of("app", Optional.of("web"), "tier", Optional.empty()),
                                Optional.empty()));

        assertThat(patched.labels()).isEqualTo(Map.of("app", "web"));
        assertThat(tables.word(web.number()).isolatedIngress()).isTrue();
    }

    @Test
    void shouldRefuseWhatComesAfterTheEnd() {
        agent.close();

        final CompletableFuture<?> late =
                agent.applier.putPolicy(ApplierFixture.policy(deny("p", "web")), Precondition.NONE);

        assertThat(late).isCompletedExceptionally();
    }

    private static void assertRefused(
            final int code, final String reason, final ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ControllerException.class,
                        e -> {
                            assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
                            assertThat(e.reason()).isEqualTo(reason);
                        });
    }
}
