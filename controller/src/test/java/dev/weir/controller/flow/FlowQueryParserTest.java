package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.controller.flow.FlowRecord.Ip;
import dev.weir.controller.flow.FlowRecord.L4;
import dev.weir.controller.flow.FlowRecord.Party;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowQueryParserTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

    /** client in shop, app=curl, to web in default, app=web and tier=front. */
    private static final FlowRecord FLOW =
            new FlowRecord(
                    NOON,
                    "n1",
                    "client-eth0",
                    null,
                    Direction.EGRESS,
                    Verdict.ALLOWED,
                    Reason.POLICY,
                    new Ip(4, IpAddress.parse("10.1.0.2"), IpAddress.parse("10.2.0.3"), 0, null),
                    new L4("TCP", 41_234, 80),
                    null,
                    party(1003, "shop", "client", Map.of("app", "curl"), "c1aa"),
                    party(1004, "default", "web", Map.of("app", "web", "tier", "front"), "c2bb"),
                    3,
                    2_000,
                    4,
                    1_000,
                    new FlowRecord.Tcp(
                            List.of("SYN", "ACK", "FIN"),
                            "closed",
                            90_000L,
                            60_000L,
                            30_000L,
                            null,
                            null,
                            null,
                            null),
                    null,
                    List.of(
                            new FlowRecord.PolicyMatch(
                                    "NetworkPolicy", "default", "web", "ingress[0]")),
                    NOON,
                    NOON,
                    FlowRecord.CloseReason.FIN);

    private static Party party(
            final int identity,
            final String namespace,
            final String pod,
            final Map<String, String> labels,
            final String container) {
        return new Party(
                identity, null, null, null, namespace, pod, labels, container, 1L, null, null,
                null);
    }

    private static boolean matches(final String name, final String... values) {
        final FlowQuery query = FlowQueryParser.parse(Map.of(name, Arrays.asList(values)), CLOCK);
        return new FlowFilter(query.conditions()).matches(FLOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    namespace      | shop
                    namespace      | default
                    from-namespace | shop
                    to-namespace   | default
                    pod            | web
                    from-pod       | client
                    to-pod         | default/web
                    container      | c1aa
                    to-container   | c2
                    label          | app=web
                    from-label     | app=curl
                    to-label       | app=web,tier=front
                    to-label       | tier in (back, front)
                    to-label       | tier notin (back),app!=db
                    from-label     | !tier
                    to-label       | tier
                    from-identity  | 1003
                    ip             | 10.2.0.0/16
                    from-ip        | 10.1.0.2
                    port           | 80
                    to-port        | 80
                    from-port      | 41234
                    protocol       | tcp
                    protocol       | 6
                    verdict        | allowed
                    direction      | egress
                    endpoint       | client-eth0
                    port           | 1-79,80
                    to-port        | 70-90
                    protocol       | udp,tcp
                    verdict        | denied,allowed
                    reason         | no-rule,policy
                    policy         | web
                    policy         | default/web
                    state          | established,closed
                    close-reason   | fin
                    tcp-flags      | SYN,FIN
                    tcp-flags      | syn,!rst
                    min-bytes      | 3000
                    min-bytes      | 2.9k
                    min-bytes      | 2KiB
                    min-packets    | 7
                    min-rtt        | 60us
                    min-rtt        | 0.05ms
                    community-id   | 1:xhOASjQHv8MbgcvTMMJRZPjdJ08=
                    """)
    void shouldMatch(final String name, final String value) {
        assertThat(matches(name, value)).isTrue();
        assertThat(matches("not-" + name, value)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    namespace      | kube-system
                    from-namespace | default
                    to-namespace   | shop
                    from-pod       | web
                    to-pod         | shop/web
                    from-container | c2
                    from-label     | app=web
                    label          | app=curl,tier=front
                    to-label       | !tier
                    from-ip        | 10.2.0.0/16
                    ip             | 10.3.0.0/16
                    ip             | ::/0
                    from-port      | 80
                    protocol       | UDP
                    verdict        | denied
                    verdict        | audit
                    direction      | ingress
                    port           | 81-90,443
                    reason         | cut
                    policy         | shop/web
                    state          | syn-sent
                    close-reason   | timeout
                    tcp-flags      | RST
                    tcp-flags      | SYN,!FIN
                    min-bytes      | 3001
                    min-packets    | 8
                    min-rtt        | 61us
                    """)
    void shouldNotMatch(final String name, final String value) {
        assertThat(matches(name, value)).isFalse();
        assertThat(matches("not-" + name, value)).isTrue();
    }

    @Test
    void shouldTakeValuesOfOneFilterAsAlternativesAndFiltersTogether() {
        assertThat(matches("pod", "x", "web")).isTrue();
        assertThat(matches("not-pod", "x", "web")).isFalse();
        final FlowQuery both =
                FlowQueryParser.parse(
                        Map.of("from-pod", List.of("client"), "port", List.of("443")), CLOCK);
        assertThat(new FlowFilter(both.conditions()).matches(FLOW)).isFalse();
    }

    @Test
    void shouldReadTimesAsAgesAndAsRfc3339() {
        assertThat(FlowQueryParser.parse(Map.of("since", List.of("5m")), CLOCK).since())
                .isEqualTo(NOON.minusSeconds(300));
        assertThat(
                        FlowQueryParser.parse(
                                        Map.of("until", List.of("2026-11-22T13:30:00+02:00")),
                                        CLOCK)
                                .until())
                .isEqualTo(Instant.parse("2026-11-22T11:30:00Z"));
    }

    @Test
    void shouldAnswerWithAThousandUnlessTold() {
        assertThat(FlowQueryParser.parse(Map.of(), CLOCK).last()).isEqualTo(1_000);
        assertThat(FlowQueryParser.parse(Map.of("last", List.of("20")), CLOCK).last())
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    last      | 0           | last: 0 (expected: 1-999999999)
                    since     | yesterday   | since: yesterday (expected: a time as in RFC 3339, or an age such as 90s, 5m, 2h)
                    port      | 65536       | port: 65536 (expected: 0-65535, a range such as 8000-8999, or several with commas)
                    port      | http        | port: http (expected: 0-65535, a range such as 8000-8999, or several with commas)
                    port      | 90-80       | port: 90-80 (expected: 0-65535, a range such as 8000-8999, or several with commas)
                    ip        | 10.1.0.0/33 | ip: 10.1.0.0/33 (expected: an address or a CIDR)
                    protocol  | teleport    | protocol: teleport (expected: TCP, UDP, SCTP, ICMP, ICMPv6 or a number from 0 to 255)
                    verdict   | maybe       | verdict: maybe (expected: denied, allowed, audit)
                    direction | up          | direction: up (expected: ingress, egress)
                    state     | asleep      | state: asleep (expected: none, syn-sent, syn-acked, established, closing, closed, reset, refused)
                    tcp-flags | SYN,XYZ     | tcp-flags: SYN,XYZ (expected: flags with commas, ! for one not seen: [SYN, ACK, PSH, URG, ECE, CWR, RST, FIN])
                    min-bytes | many        | min-bytes: many (expected: bytes such as 1500, 10k or 1MiB)
                    min-rtt   | 5           | min-rtt: 5 (expected: a time such as 500us, 20ms or 1.5s)
                    first     | 0           | first: 0 (expected: 1-999999999)
                    label     | =x          | label: =x (expected: a label selector such as app=web,tier in (a,b),!debug)
                    from-verdict | denied   | from-verdict: denied (expected: a parameter that GET /v1/flows knows)
                    nonsense  | 1           | nonsense: 1 (expected: a parameter that GET /v1/flows knows)
                    """)
    void shouldRefuseWithTheParameterAndWhatItMustBe(
            final String name, final String value, final String message) {
        assertThatThrownBy(() -> FlowQueryParser.parse(Map.of(name, List.of(value)), CLOCK))
                .isInstanceOf(InvalidFlowQueryException.class)
                .hasMessage(message);
    }

    @Test
    void shouldKnowItsParameters() {
        assertThat(FlowQueryParser.knows("not-from-label")).isTrue();
        assertThat(FlowQueryParser.knows("since")).isTrue();
        assertThat(FlowQueryParser.knows("not-since")).isFalse();
        assertThat(FlowQueryParser.knows("from-direction")).isFalse();
        assertThat(FlowQueryParser.knows("follow")).isFalse();
    }
}
