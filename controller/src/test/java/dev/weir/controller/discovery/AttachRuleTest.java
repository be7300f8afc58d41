package dev.weir.controller.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.apply.ChangeLog;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.ObjectChange;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.apply.WriteResult;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.HostWatcher;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.controller.policy.ApiObject;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Look by look; when it looks is the kernel tests' matter. */
class AttachRuleTest {
    private static final int LOOKS = 120;

    private final Attaching desired = new Attaching();
    private final List<FoundContainer> there = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private final AttachRule rule =
            new AttachRule(
                    new Deaf(),
                    desired,
                    interfaces ->
                            there.stream()
                                    .filter(each -> interfaces.test(each.ifIndex()))
                                    .peek(each -> asked.add(each.ifIndex()))
                                    .toList());

    @AfterEach
    void close() {
        rule.close();
    }

    private static FoundContainer container(final int ifIndex, final String... addresses) {
        return new FoundContainer(
                "veth" + ifIndex,
                ifIndex,
                Optional.of(
                        new VethPair(
                                "eth0",
                                new MacAddress(ifIndex),
                                Arrays.stream(addresses).map(IpAddress::parse).toList(),
                                "veth" + ifIndex,
                                ifIndex,
                                new MacAddress(100 + ifIndex),
                                "/proc/" + ifIndex + "/ns/net",
                                ifIndex,
                                ifIndex)),
                new Owner(1, List.of(ifIndex), "sh", "", "docker", "c" + ifIndex));
    }

    @Test
    void shouldAttachOnceAddressesAreTheSameAtTwoLooks() {
        there.add(container(7));
        assertThat(rule.look()).isTrue();
        there.set(0, container(7, "fe80::7"));
        assertThat(rule.look()).isTrue();
        there.set(0, container(7, "fe80::7", "10.0.0.7"));
        assertThat(rule.look()).isTrue();
        assertThat(desired.requests).isEmpty();

        assertThat(rule.look()).as("something to wait for").isFalse();

        assertThat(desired.requests).hasSize(1);
        final AttachRequest request = desired.requests.get(0);
        assertThat(request.netns()).contains("/proc/7/ns/net");
        assertThat(request.containerId()).isEqualTo("c7");
        assertThat(request.containerInterface()).isEqualTo("eth0");
        assertThat(request.labels()).containsOnlyKeys(AttachRequest.ATTACHED_BY);
        assertThat(request.adoptConnections()).isTrue();
    }

    @Test
    void shouldLookBehindNoInterfaceTwiceThatIsAttachedUntilItsIndexIsAnothers() {
        there.add(container(7, "10.0.0.7"));
        rule.look();
        rule.look();
        asked.clear();

        rule.look();
        assertThat(asked).isEmpty();
        rule.linkGone(7);
        rule.look();

        assertThat(asked).containsExactly(7);
    }

    @Test
    void shouldTryAgainWhileItIsRefusedAndNotForEver() {
        there.add(container(7, "10.0.0.7"));
        desired.refusal = new IllegalStateException("no");
        for (int look = 1; look < LOOKS; look++) {
            assertThat(rule.look()).as("look %d", look).isTrue();
        }

        assertThat(rule.look()).isFalse();

        assertThat(desired.requests).hasSize(LOOKS - 1);
        asked.clear();
        rule.look();
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldLeaveAContainerAloneThatHasNoAddressOrNobodyShows() {
        there.add(container(7));
        there.add(new FoundContainer("veth8", 8, Optional.empty(), Owner.NONE));

        for (int look = 0; look < LOOKS; look++) {
            rule.look();
        }

        assertThat(rule.look()).isFalse();
        assertThat(desired.requests).isEmpty();
    }

    /** Hears of nothing. */
    private static final class Deaf implements HostWatcher.Events {
        @Override
        public void linkGone(final int ifIndex) {}

        @Override
        public void linkChanged(final NetworkLink link) {}

        @Override
        public void trafficControlChanged(final int ifIndex) {}

        @Override
        public void addressesChanged() {}

        @Override
        public void newsLost() {}
    }

    /** Desired state that attaches, or refuses, and can do nothing else. */
    private static final class Attaching implements Desired {
        private final List<AttachRequest> requests = new ArrayList<>();
        private RuntimeException refusal;

        @Override
        public CompletableFuture<Endpoint> attach(final AttachRequest request) {
            requests.add(request);
            return refusal == null
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(refusal);
        }

        @Override
        public Snapshot snapshot() {
            final SortedMap<String, Endpoint> none = new TreeMap<>();
            return new Snapshot(
                    DesiredState.EMPTY,
                    CompiledState.EMPTY,
                    none,
                    Map.of(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    1,
                    1);
        }

        @Override
        public CompletableFuture<List<WriteResult<ApiObject>>> change(
                final List<ObjectChange> changes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChangeLog changes() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Endpoint> detach(final String idOrContainerId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Endpoint> patch(
                final String idOrContainerId,
                final Map<String, Optional<String>> labels,
                final Optional<List<NamedPort>> ports) {
            throw new UnsupportedOperationException();
        }
    }
}
