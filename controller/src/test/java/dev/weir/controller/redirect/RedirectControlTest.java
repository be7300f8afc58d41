package dev.weir.controller.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.netlink.Bridge;
import dev.weir.dataplane.netlink.BridgePort;
import dev.weir.dataplane.netlink.Bridging;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.ForwardingTable;
import dev.weir.dataplane.table.InMemoryEndpointTable;
import dev.weir.dataplane.table.InMemoryRegions;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.Station;
import dev.weir.dataplane.table.TableFullException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedirectControlTest {
    private static final int BRIDGE = 50;
    private static final int OTHER_BRIDGE = 51;
    private static final int ENDPOINTS = 8;

    private final Map<Integer, Bridge> bridges = new HashMap<>();
    private final Map<Integer, BridgePort> ports = new HashMap<>();
    private final Map<Integer, String> atInterface = new HashMap<>();
    private final Map<Station, Long> stations = new HashMap<>();
    private final UnsafeBuffer controlWord = new UnsafeBuffer(new byte[ControlLayout.LENGTH]);
    private final Redirection redirection =
            new Redirection(
                    controlWord,
                    new KernelClock(250, () -> new KernelClock.Sample(1, System.nanoTime())),
                    () -> {});
    private final InMemoryEndpointTable endpointTable = new InMemoryEndpointTable(ENDPOINTS);
    private String ofNode = "";
    private boolean full;
    private BpfException trouble;
    private long nanos;
    private RedirectControl control;

    private final FrameWatchers watchers =
            new FrameWatchers() {
                @Override
                public Bridging bridging() {
                    if (trouble != null) {
                        throw trouble;
                    }
                    return new Bridging(bridges, ports, Set.of(), Map.of());
                }

                @Override
                public Optional<String> ofNode(final Bridging bridging) {
                    return Optional.of(ofNode).filter(reason -> !reason.isEmpty());
                }

                @Override
                public Optional<String> ofEndpoint(
                        final Bridging bridging, final Endpoint endpoint) {
                    return Optional.ofNullable(atInterface.get(endpoint.ifIndex()));
                }
            };

    private final ForwardingTable forwarding =
            new ForwardingTable() {
                @Override
                public void put(final Station station, final int ifIndex, final int number) {
                    if (full) {
                        throw new TableFullException("weir_fdb, bucket", 5, 4);
                    }
                    stations.put(station, (long) number << 32 | ifIndex);
                }

                @Override
                public void remove(final Station station) {
                    stations.remove(station);
                }

                @Override
                public void clear() {
                    stations.clear();
                }
            };

    @BeforeEach
    void aBridge() {
        bridges.put(BRIDGE, new Bridge(BRIDGE, "br0", true, false, false));
        control = control(RedirectMode.AUTO, "");
    }

    private RedirectControl control(final RedirectMode mode, final String missing) {
        return new RedirectControl(
                mode,
                missing,
                watchers,
                endpointTable,
                forwarding,
                redirection,
                InMemoryRegions.counters(1, ENDPOINTS),
                () -> nanos);
    }

    private static BridgePort portOf(final int ifIndex, final int bridge) {
        return new BridgePort(ifIndex, bridge, true, true, true, "noqueue");
    }

    /** At the port 100 and its number, with a MAC of its number. */
    private Endpoint attach(final int number) {
        return attach(number, BRIDGE, number);
    }

    private Endpoint attach(final int number, final int bridge, final int mac) {
        final Endpoint endpoint = endpoint(number, mac);
        ports.put(endpoint.ifIndex(), portOf(endpoint.ifIndex(), bridge));
        endpointTable.write(
                number, new EndpointRow(endpoint.ifIndex(), endpoint.mac(), 300, 0, List.of()));
        endpointTable.bind(endpoint.ifIndex(), number);
        control.guarded(endpoint);
        return endpoint;
    }

    private static Endpoint endpoint(final int number, final int mac) {
        return new Endpoint(
                "c" + number + "-eth0",
                number,
                "c" + number,
                "",
                "default",
                "c" + number,
                Map.of(),
                List.of(),
                300,
                List.of(),
                mac(mac),
                "eth0",
                "veth" + number,
                100 + number,
                "/run/netns/c" + number,
                4_000_000_000L + number,
                0,
                List.of(),
                EndpointPolicy.OPEN,
                1);
    }

    private static MacAddress mac(final int number) {
        return new MacAddress(0x0200_0000_0000L + number);
    }

    private void look() {
        nanos += TimeUnit.SECONDS.toNanos(3);
        control.tick();
    }

    private boolean mayRedirect() {
        return controlWord.getLong(ControlLayout.REDIRECT_UNTIL_OFFSET) != 0;
    }

    private String reason(final int number) {
        return control.endpoint(number).orElseThrow().reason();
    }

    private void change(final int number, final UnaryOperator<BridgePort> change) {
        ports.computeIfPresent(100 + number, (ifIndex, port) -> change.apply(port));
    }

    @Test
    void shouldRedirectBetweenTwoContainersOfABridge() {
        attach(1);
        attach(2);
        assertThat(mayRedirect()).isFalse();

        look();

        assertThat(mayRedirect()).isTrue();
        assertThat(control.state()).isEqualTo(new RedirectState("auto", true, "", 2));
        assertThat(stations)
                .containsOnly(
                        Map.entry(new Station(mac(1), 1), 1L << 32 | 101),
                        Map.entry(new Station(mac(2), 1), 2L << 32 | 102));
        assertThat(control.endpoint(1)).contains(new RedirectedEndpoint(true, "br0", "", 0, 0));
    }

    @Test
    void shouldLookSoonAfterAContainerCame() {
        look();
        attach(1);
        attach(2);

        nanos += TimeUnit.MILLISECONDS.toNanos(100);
        control.tick();

        assertThat(mayRedirect()).isTrue();
    }

    @Test
    void shouldAskToBeCalledWhenItWantsToLook() {
        attach(1);
        look();
        assertThat(control.tick()).isEqualTo(TimeUnit.SECONDS.toNanos(2));

        attach(2);
        assertThat(control.tick()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void shouldLookAtOnceWhenSomethingChangedAndNotTwiceInATenthOfASecond() {
        attach(1);
        attach(2);
        look();
        nanos += TimeUnit.MILLISECONDS.toNanos(300);
        change(2, port -> new BridgePort(102, BRIDGE, true, true, true, "tbf"));
        control.lookSoon();
        control.tick();
        assertThat(mayRedirect()).isFalse();

        change(2, port -> portOf(102, BRIDGE));
        control.lookSoon();
        control.tick();
        assertThat(mayRedirect()).isFalse();

        nanos += TimeUnit.MILLISECONDS.toNanos(100);
        control.tick();
        assertThat(mayRedirect()).isTrue();
    }

    @Test
    void shouldNotRedirectToWhoIsAloneOnItsBridge() {
        bridges.put(OTHER_BRIDGE, new Bridge(OTHER_BRIDGE, "br1", true, false, false));
        attach(1);
        attach(2, OTHER_BRIDGE, 2);

        look();

        assertThat(mayRedirect()).isFalse();
        assertThat(stations).isEmpty();
        assertThat(reason(1)).isEqualTo("no other container on its bridge");
        assertThat(control.state().reason())
                .isEqualTo("no two containers may, each for its own reason");
    }

    @Test
    void shouldTellBridgesApartByNumbersThatAreUsedAgain() {
        bridges.put(OTHER_BRIDGE, new Bridge(OTHER_BRIDGE, "br1", true, false, false));
        attach(1);
        attach(2);
        attach(3, OTHER_BRIDGE, 1);
        attach(4, OTHER_BRIDGE, 2);
        look();
        assertThat(stations.keySet())
                .containsExactlyInAnyOrder(
                        new Station(mac(1), 1),
                        new Station(mac(2), 1),
                        new Station(mac(1), 2),
                        new Station(mac(2), 2));

        control.detached(1);
        control.detached(2);
        bridges.remove(BRIDGE);
        look();
        final int newBridge = 60;
        bridges.put(newBridge, new Bridge(newBridge, "br2", true, false, false));
        attach(5, newBridge, 5);
        attach(6, newBridge, 6);
        look();

        assertThat(stations.keySet()).contains(new Station(mac(5), 1), new Station(mac(6), 1));
    }

    @Test
    void shouldWithholdWhatSomebodyElseWantsToSee() {
        attach(1);
        attach(2);
        look();

        ofNode = "net.bridge.bridge-nf-call-iptables is 1";
        look();
        assertThat(mayRedirect()).isFalse();
        assertThat(control.state()).isEqualTo(new RedirectState("auto", false, ofNode, 0));
        assertThat(control.endpoint(1))
                .contains(new RedirectedEndpoint(false, "br0", ofNode, 0, 0));

        ofNode = "";
        look();
        assertThat(mayRedirect()).isTrue();
        assertThat(control.endpoint(1)).contains(new RedirectedEndpoint(true, "br0", "", 0, 0));
    }

    @Test
    void shouldWithholdFromOnePortWhatTheOthersMayHave() {
        attach(1);
        attach(2);
        attach(3);
        final Map<UnaryOperator<BridgePort>, String> changes =
                Map.of(
                        port -> new BridgePort(103, BRIDGE, false, true, true, "noqueue"),
                        "its port does not forward",
                        port -> new BridgePort(103, BRIDGE, true, false, true, "noqueue"),
                        "its port does not forward",
                        port -> new BridgePort(103, BRIDGE, true, true, false, "noqueue"),
                        "its port is isolated or locked, or does not learn or flood",
                        port -> new BridgePort(103, BRIDGE, true, true, true, "tbf"),
                        "queueing discipline tbf at its veth",
                        port -> null,
                        "its veth is no port of a bridge");
        changes.forEach(
                (change, reason) -> {
                    ports.put(103, portOf(103, BRIDGE));
                    look();
                    assertThat(stations).hasSize(3);
                    change(3, change);
                    look();
                    assertThat(stations).hasSize(2);
                    assertThat(reason(3)).isEqualTo(reason);
                    assertThat(mayRedirect()).isTrue();
                });
        ports.put(103, portOf(103, BRIDGE));
        atInterface.put(103, "a program of somebody else at TC of its veth");
        look();
        assertThat(stations).hasSize(2);
        assertThat(reason(3)).isEqualTo("a program of somebody else at TC of its veth");
    }

    @Test
    void shouldWithholdFromABridgeThatDoesMoreThanForward() {
        attach(1);
        attach(2);
        final Map<Bridge, String> doing =
                Map.of(
                        new Bridge(BRIDGE, "br0", false, false, false),
                        "its bridge is down",
                        new Bridge(BRIDGE, "br0", true, true, false),
                        "its bridge filters by VLAN",
                        new Bridge(BRIDGE, "br0", true, false, true),
                        "its bridge hands frames to iptables");
        doing.forEach(
                (bridge, reason) -> {
                    bridges.put(BRIDGE, bridge);
                    look();
                    assertThat(mayRedirect()).isFalse();
                    assertThat(stations).isEmpty();
                    assertThat(reason(1)).isEqualTo(reason);
                });
    }

    @Test
    void shouldRedirectToNeitherOfTwoWithOneMac() {
        attach(1);
        attach(2);
        attach(3, BRIDGE, 9);
        attach(4, BRIDGE, 9);

        look();

        assertThat(stations.keySet())
                .containsExactlyInAnyOrder(new Station(mac(1), 1), new Station(mac(2), 1));
        assertThat(reason(3)).isEqualTo("its MAC is twice on its bridge");
        assertThat(reason(4)).isEqualTo("its MAC is twice on its bridge");
    }

    @Test
    void shouldForgetAContainerAtOnceWhenItIsDetached() {
        attach(1);
        attach(2);
        look();

        control.detached(2);

        assertThat(stations.keySet()).containsExactly(new Station(mac(1), 1));
        assertThat(control.endpoint(2)).isEmpty();
    }

    @Test
    void shouldFollowAContainerToItsNewMac() {
        attach(1);
        attach(2);
        look();

        control.changed(endpoint(2, 7));
        look();

        assertThat(stations.keySet())
                .containsExactlyInAnyOrder(new Station(mac(1), 1), new Station(mac(7), 1));
    }

    @Test
    void shouldNotTakeAnEndpointForGuardedThatOnlyChanged() {
        control.changed(endpoint(1, 1));

        assertThat(control.endpoint(1)).isEmpty();
    }

    @Test
    void shouldBeginWithoutWhatAnEarlierAgentLetThrough() {
        stations.put(new Station(mac(9), 4), 1L);
        redirection.renew(10_000);

        control(RedirectMode.OFF, "");

        assertThat(stations).isEmpty();
        assertThat(mayRedirect()).isFalse();
    }

    @Test
    void shouldNeverLookWhenItIsOff() {
        control = control(RedirectMode.OFF, "");
        attach(1);
        attach(2);
        trouble = new BpfException("look", 1);

        assertThat(control.tick()).isEqualTo(Long.MAX_VALUE);
        assertThat(control.state())
                .isEqualTo(new RedirectState("off", false, "localRedirect: off", 0));
    }

    @Test
    void shouldSayWhatTheKernelLacks() {
        control = control(RedirectMode.AUTO, "redirect-counted: no");
        attach(1);
        attach(2);
        look();

        assertThat(mayRedirect()).isFalse();
        assertThat(control.state().reason()).isEqualTo("redirect-counted: no");
        assertThat(reason(1)).isEqualTo("redirect-counted: no");
    }

    @Test
    void shouldWaitWhilePacketsAreCaptured() {
        attach(1);
        attach(2);
        redirection.pause();

        look();

        assertThat(mayRedirect()).isFalse();
        assertThat(control.state())
                .isEqualTo(new RedirectState("auto", false, "packets are captured", 2));
        assertThat(control.endpoint(1))
                .contains(new RedirectedEndpoint(false, "br0", "packets are captured", 0, 0));
    }

    @Test
    void shouldWithholdWhereItCannotLook() {
        attach(1);
        attach(2);
        look();
        trouble = new BpfException("dump netlink", 105);

        look();

        assertThat(mayRedirect()).isFalse();
        assertThat(control.state().reason()).contains("dump netlink");
    }

    @Test
    void shouldLeaveOutWhoHasNoRoomInTheTable() {
        attach(1);
        attach(2);
        full = true;

        look();

        assertThat(mayRedirect()).isFalse();
        assertThat(reason(1)).contains("weir_fdb");
    }
}
