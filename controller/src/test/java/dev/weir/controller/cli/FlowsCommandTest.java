package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlowsCommandTest extends CliContract {
    /** The record of the contract. */
    private static final String FLOW =
            """
            {"time":"2026-11-22T12:00:00.123456789Z","node":"n1","direction":"egress","verdict":\
            "allowed","reason":"policy","ip":{"version":4,"source":"10.1.0.2","destination":\
            "10.1.0.3"},"l4":{"protocol":"TCP","sourcePort":41234,"destinationPort":80},"source":\
            {"identity":1003,"namespace":"default","pod":"client","labels":{"app":"client"}},\
            "destination":{"identity":1004,"namespace":"default","pod":"web","labels":{"app":"web"}},\
            "packets":12,"bytes":3456,"replyPackets":9,"replyBytes":99000,"tcp":{"flags":["SYN"],\
            "state":"closed","handshakeNanos":81000},"policy":[{"kind":"NetworkPolicy","namespace":\
            "default","name":"web-allow","rule":"ingress[0]"}]}""";

    private static final String DENIED =
            """
            {"time":"2026-11-22T12:00:01Z","direction":"ingress","verdict":"denied","reason":\
            "no-rule","ip":{"version":6,"source":"2001:db8::1","destination":"fd00::3"},"l4":\
            {"protocol":"ICMPv6"},"source":{"identity":2,"entity":"world","cidr":"2001:db8::/32"},\
            "destination":{"namespace":"default","pod":"web"},"packets":1234567,"bytes":98765432,\
            "replyPackets":0,"replyBytes":0}""";

    private static final String ANSWER = "{\"items\":[" + FLOW + "," + DENIED + "],\"matched\":30}";

    @Test
    void shouldPrintATableAndSayWhatItLeftOut() {
        agent.on("GET /v1/flows", 200, ANSWER);

        final Outcome outcome = weir("flows");

        assertThat(outcome.out())
                .isEqualTo(
                        """
                        TIME            DIRECTION   VERDICT   PROTOCOL   SOURCE                         DESTINATION      PACKETS   BYTES    REPLY   REPLY-BYTES   POLICY
                        12:00:00.123Z   egress      allowed   TCP        default/client:41234           default/web:80   12        3.4KiB   9       97KiB         default/web-allow ingress[0]
                        12:00:01.000Z   ingress     denied    ICMPv6     [2001:db8::1](2001:db8::/32)   default/web      1.2M      94MiB    0       0B            -
                        """);
        assertThat(outcome.err()).isEqualTo("the last 2 of 30 (more: --last N)\n");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void shouldPrintEachOtherFormat() {
        agent.on("GET /v1/flows", 200, ANSWER);

        assertThat(weir("flows", "-o", "compact").out())
                .isEqualTo(
                        """
                        12:00:00.123Z allowed egress TCP default/client:41234 -> default/web:80 12p/3.4KiB reply 9p/97KiB (default/web-allow ingress[0])
                        12:00:01.000Z denied ingress ICMPv6 [2001:db8::1](2001:db8::/32) -> default/web 1.2Mp/94MiB reply 0p/0B (no-rule)
                        """);
        assertThat(weir("flows", "-o", "jsonl").out()).isEqualTo(FLOW + "\n" + DENIED + "\n");
        assertThat(weir("flows", "-o", "json").out()).contains("\"matched\" : 30");
        assertThat(weir("flows", "-o", "yaml").out()).contains("matched: 30\n");
        assertThat(weir("flows", "-o", "wide").out()).contains("81µs", "app=client", "n1");
    }

    @Test
    void shouldSendEveryFilterAndItsNegation() {
        final String query =
                "GET /v1/flows?namespace=shop&not-pod=web&not-pod=db&from-label=app%3Dweb"
                        + "&not-to-ip=10.0.0.0%2F8&not-label=a%3Db&port=80&verdict=denied&last=5"
                        + "&since=5m&until=2026-11-22T12%3A00%3A00Z";
        agent.on(query, 200, "{\"items\":[]}");

        final Outcome outcome =
                weir(
                        "flows",
                        "-n",
                        "shop",
                        "--not",
                        "--pod",
                        "web",
                        "--from-label",
                        "app=web",
                        "--not",
                        "--to-ip=10.0.0.0/8",
                        "--not",
                        "--pod=db",
                        "--not",
                        "-l",
                        "a=b",
                        "--port",
                        "80",
                        "--verdict",
                        "denied",
                        "--last",
                        "5",
                        "--since",
                        "5m",
                        "--until",
                        "2026-11-22T12:00:00Z");

        assertThat(agent.requests()).containsExactly(query);
        assertThat(outcome.out()).isEqualTo("no flows\n");
    }

    @Test
    void shouldRefuseANegationOfNothing() {
        assertThat(weir("flows", "--not", "--last", "5").err())
                .isEqualTo(
                        "weir: --not: --last (expected: a filter such as --pod NAME)"
                                + " (see: weir flows --help)\n");
        assertThat(alone("flows", "--not").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("flows", "--last", "0").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("flows", "-f", "--until", "1m").exitCode()).isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldFollowAStreamToItsEndWithItsLosses() {
        agent.inChunks(
                "GET /v1/flows?verdict=denied&follow=true",
                FLOW.substring(0, 100),
                FLOW.substring(100) + "\n" + DENIED,
                "\n{\"lost\":{\"records\":12,\"reason\":\"subscriber too slow\"}}\n");

        final Outcome outcome = weir("flows", "-f", "--verdict", "denied");

        assertThat(outcome.out().lines())
                .hasSize(3)
                .last()
                .isEqualTo("... 12 records lost: subscriber too slow");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void shouldFailWhenTheStreamBreaks() {
        agent.raw(
                "GET /v1/flows?follow=true",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"a\":");

        final Outcome outcome = weir("flows", "-f");

        assertThat(outcome.exitCode()).isEqualTo(Cli.FAILED);
        assertThat(outcome.err()).contains("the connection to the agent on ", " broke: ");
    }
}
