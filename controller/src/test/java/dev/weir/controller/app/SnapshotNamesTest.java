package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.Desired;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.table.EndpointPolicy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotNamesTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final Endpoint WEB =
            new Endpoint(
                    "web-eth0",
                    1,
                    "web",
                    "",
                    "default",
                    "web",
                    Map.of("app", "web"),
                    List.of(),
                    300,
                    List.of(IpAddress.parse("10.0.0.2")),
                    new MacAddress(0x0200_0000_0001L),
                    "eth0",
                    "veth1",
                    7,
                    "/run/netns/web",
                    1,
                    1,
                    List.of(),
                    EndpointPolicy.OPEN,
                    1);

    private Instant now = START;
    private final SnapshotNames names =
            new SnapshotNames(
                    new Clock() {
                        @Override
                        public ZoneId getZone() {
                            return ZoneOffset.UTC;
                        }

                        @Override
                        public Clock withZone(final ZoneId zone) {
                            return this;
                        }

                        @Override
                        public Instant instant() {
                            return now;
                        }
                    });

    private void publish(final int second, final Desired desired) {
        now = START.plusSeconds(second);
        names.published(
                new Snapshot(
                        desired.state(),
                        CompiledState.EMPTY,
                        new TreeMap<>(),
                        Map.of(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        1,
                        1));
    }

    private List<String> isolating(final int second) {
        return names.isolating(WEB, Direction.INGRESS, START.plusSeconds(second)).stream()
                .map(ObjectMeta::name)
                .toList();
    }

    @Test
    void shouldNameThePoliciesOfTheTimeThatIsolatedTheEndpoint() {
        publish(0, new Desired());
        publish(
                10,
                new Desired()
                        .policy("web", "podSelector: {matchLabels: {app: web}}")
                        .policy("other", "podSelector: {matchLabels: {app: x}}")
                        .policy("out", "podSelector: {}\npolicyTypes: [Egress]")
                        .policy(Yaml.audited("quiet", "podSelector: {}")));
        publish(20, new Desired());

        assertThat(isolating(15)).containsExactly("web");
        assertThat(names.isolating(WEB, Direction.EGRESS, START.plusSeconds(15)))
                .extracting(ObjectMeta::name)
                .containsExactly("out");
        assertThat(isolating(25)).isEmpty();
    }

    /** The kernel knows a policy a moment before its name is known. */
    @Test
    void shouldNameThePolicyThatWasPublishedRightAfterTheDenial() {
        publish(0, new Desired());
        publish(10, new Desired().policy("web", "podSelector: {}"));

        assertThat(isolating(9)).containsExactly("web");
    }

    @Test
    void shouldNameNobodyForADenialOfLongAgo() {
        for (int i = 0; i < 20; i++) {
            publish(i, new Desired().policy("p" + i, "podSelector: {}"));
        }

        assertThat(isolating(5)).isEmpty();
        assertThat(isolating(19)).containsExactly("p19");
    }
}
