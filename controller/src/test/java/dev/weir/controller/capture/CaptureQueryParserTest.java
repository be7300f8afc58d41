package dev.weir.controller.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.InvalidFlowQueryException;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.capture.PacketFilter.Side;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureQueryParserTest {
    private static final Endpoint WEB =
            new Endpoint(
                    "web-eth0",
                    3,
                    "c1aabb",
                    "",
                    "shop",
                    "web",
                    Map.of("app", "web"),
                    List.of(),
                    300,
                    List.of(),
                    MacAddress.parse("02:00:00:00:00:01"),
                    "eth0",
                    "veth3",
                    7,
                    "/run/netns/web",
                    0,
                    0,
                    List.of(),
                    EndpointPolicy.OPEN,
                    1);

    private static CaptureQuery parse(final String... parameters) {
        final Map<String, List<String>> map = new LinkedHashMap<>();
        for (final String parameter : parameters) {
            final String[] parts = parameter.split("=", 2);
            map.put(parts[0], Arrays.asList(parts[1].split(";")));
        }
        return CaptureQueryParser.parse(map);
    }

    @Test
    void shouldWantEveryPacketWithinBoundsWhenNothingIsAsked() {
        final CaptureQuery query = parse();

        assertThat(query.filter()).isEqualTo(PacketFilter.all(65_536));
        assertThat(query.endpoints().test(WEB)).isTrue();
        assertThat(query.nanos()).isEqualTo(TimeUnit.SECONDS.toNanos(60));
        assertThat(query.bytes()).isEqualTo(100L << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "namespace=shop, true",
        "namespace=default, false",
        "namespace=default;shop, true",
        "not-namespace=shop, false",
        "pod=web, true",
        "pod=shop/web, true",
        "pod=default/web, false",
        "container=c1aa, true",
        "container=c2, false",
        "label=app in (web), true",
        "not-label=app, false",
        "endpoint=web-eth0, true",
        "identity=301, false",
    })
    void shouldChooseContainersByWhatNamesThem(final String parameter, final boolean chosen) {
        assertThat(parse(parameter).endpoints().test(WEB)).isEqualTo(chosen);
        assertThat(parse(parameter).filter()).isEqualTo(PacketFilter.all(65_536));
    }

    @Test
    void shouldAskTheKernelForAllElse() {
        final PacketFilter filter =
                parse(
                                "protocol=tcp;UDP",
                                "verdict=denied",
                                "not-reason=cut",
                                "direction=ingress",
                                "ip=10.1.0.0/16",
                                "not-to-ip=fd00::1",
                                "from-port=80,8000-8999",
                                "snaplen=96")
                        .filter();

        assertThat(filter.protocols().stream()).containsExactly(6, 17);
        assertThat(filter.reasons())
                .contains(Reason.NO_RULE, Reason.SPOOFED_MAC)
                .doesNotContain(Reason.CUT)
                .allMatch(Reason::isDrop);
        assertThat(filter.directions()).containsExactly(Direction.INGRESS);
        assertThat(filter.addresses())
                .containsExactly(
                        new PacketFilter.Address(IpPrefix.parse("10.1.0.0/16"), Side.EITHER, false),
                        new PacketFilter.Address(IpPrefix.parse("fd00::1/128"), Side.TO, true));
        assertThat(filter.ports())
                .containsExactly(
                        new PacketFilter.Ports(80, 80, Side.FROM, false),
                        new PacketFilter.Ports(8_000, 8_999, Side.FROM, false));
        assertThat(filter.snap()).isEqualTo(96);
    }

    @Test
    void shouldTellAuditedFromAllowed() {
        assertThat(parse("verdict=audit").filter().reasons()).containsExactly(Reason.AUDIT);
        assertThat(parse("verdict=allowed").filter().reasons())
                .contains(Reason.POLICY)
                .doesNotContain(Reason.AUDIT, Reason.NO_RULE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "packets=0 | packets: 0 (expected: 1-999999999)",
                "duration=2h | duration: 2h (expected: 1ms-1h)",
                "duration=soon | duration: soon (expected: a time such as 500ms, 10s or 5m)",
                "size=11GiB | size: 11GiB (expected: 1-10GiB)",
                "snaplen=65537 | snaplen: 65537 (expected: 0-65536)",
                "min-rtt=1ms | min-rtt: 1ms (expected: a filter of containers",
                "from-pod=web | from-pod: web (expected: without from- or to-",
                "ip=nowhere | ip: nowhere (expected: an address or a CIDR)",
                "port=1,2,3,4,5,6,7,8,9 | (expected: at most 8 of this kind)",
                "colour=red | colour: red (expected: a parameter that GET /v1/capture knows)",
            })
    void shouldRefuseWhatItCannotDo(final String parameter, final String message) {
        assertThatThrownBy(() -> parse(parameter))
                .isInstanceOf(InvalidFlowQueryException.class)
                .hasMessageContaining(message);
    }
}
