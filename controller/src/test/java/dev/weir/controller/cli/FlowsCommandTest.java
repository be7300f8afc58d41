package dev.weir.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Yaml;
import dev.weir.controller.flow.FlowRecord;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
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
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        final Outcome outcome = weir("flows");

        assertThat(outcome.out())
                .isEqualTo(
                        """
                        TIME            DIRECTION   VERDICT   PROTOCOL   SOURCE                         DESTINATION      PACKETS   BYTES    REPLY   REPLY-BYTES   WHY
                        12:00:00.123Z   egress      allowed   TCP        default/client:41234           default/web:80   12        3.4KiB   9       97KiB         default/web-allow ingress[0]
                        12:00:01.000Z   ingress     denied    ICMPv6     [2001:db8::1](2001:db8::/32)   default/web      1.2M      94MiB    0       0B            no-rule
                        """);
        assertThat(outcome.err()).isEqualTo("the last 2 of 30 (more: --last N, or --all)\n");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void shouldPrintEachOtherFormat() {
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        assertThat(weir("flows", "-o", "compact").out())
                .isEqualTo(
                        """
                        12:00:00.123Z allowed egress TCP default/client:41234 -> default/web:80 12p/3.4KiB reply 9p/97KiB (default/web-allow ingress[0])
                        12:00:01.000Z denied ingress ICMPv6 [2001:db8::1](2001:db8::/32) -> default/web 1.2Mp/94MiB reply 0p/0B (no-rule)
                        """);
        assertThat(weir("flows", "-o", "jsonl").out()).isEqualTo(FLOW + "\n" + DENIED + "\n");
        assertThat(weir("flows", "-o", "json").out()).contains("\"matched\" : 30");
        assertThat(weir("flows", "-o", "yaml").out()).contains("matched: 30\n");
        assertThat(weir("flows", "-o", "wide").out())
                .contains("81µs", "app=client", "n1", "no-rule");
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
                "\n{\"lost\":{\"stage\":\"subscriber\",\"records\":12,\"reason\":\"subscriber too slow\"}}\n");

        final Outcome outcome = weir("flows", "-f", "--verdict", "denied");

        assertThat(outcome.out())
                .isEqualTo(
                        """
                        TIME            EVENT     DIRECTION   VERDICT   PROTOCOL   SOURCE                         DESTINATION                    PACKETS   BYTES     REPLY     REPLY-BYTES   WHY
                        12:00:00.123Z   -         egress      allowed   TCP        default/client:41234           default/web:80                 12        3.4KiB    9         97KiB         default/web-allow ingress[0]
                        12:00:01.000Z   -         ingress     denied    ICMPv6     [2001:db8::1](2001:db8::/32)   default/web                    1.2M      94MiB     0         0B            no-rule
                        ... 12 records lost (subscriber): subscriber too slow
                        """);
        assertThat(outcome.exitCode()).isEqualTo(Cli.INCOMPLETE);
        assertThat(follow("-o", "compact").lines()).hasSize(3).last().isEqualTo(LOST);
        assertThat(follow("-o", "jsonl").lines()).hasSize(3).first().isEqualTo(FLOW);
        assertThat(follow("-o", "csv", "--fields", "verdict,bytes"))
                .isEqualTo(
                        """
                        verdict,bytes,lost
                        allowed,3456,
                        denied,98765432,
                        ,,12 records lost (subscriber): subscriber too slow
                        """);
        assertThat(follow("-o", "table", "--no-headers", "--fields", "verdict,why", "--raw"))
                .startsWith("allowed   default/web-allow ingress[0]\ndenied    no-rule\n");
    }

    private static final String LOST = "... 12 records lost (subscriber): subscriber too slow";

    private String follow(final String... options) {
        final String[] words = new String[options.length + 4];
        words[0] = "flows";
        words[1] = "-f";
        words[2] = "--verdict";
        words[3] = "denied";
        System.arraycopy(options, 0, words, 4, options.length);
        final Outcome outcome = weir(words);
        assertThat(outcome.exitCode()).isEqualTo(Cli.INCOMPLETE);
        return outcome.out();
    }

    @Test
    void shouldPrintTheFieldsThatWereAskedFor() {
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        assertThat(weir("flows", "--fields", "verdict,source.pod,bytes,handshake").out())
                .isEqualTo(
                        """
                        VERDICT   SOURCE.POD   BYTES    HANDSHAKE
                        allowed   client       3.4KiB   81µs
                        denied    -            94MiB    -
                        """);
        assertThat(weir("flows", "--raw", "--no-headers", "--fields", "time,bytes,handshake").out())
                .isEqualTo(
                        """
                        2026-11-22T12:00:00.123456789Z   3456       81000
                        2026-11-22T12:00:01Z             98765432   -
                        """);
        assertThat(weir("flows", "-o", "jsonl", "--fields", "why,source.pod,source.labels").out())
                .startsWith(
                        "{\"policy\":[{\"kind\":\"NetworkPolicy\",\"namespace\":\"default\","
                                + "\"name\":\"web-allow\",\"rule\":\"ingress[0]\"}],"
                                + "\"reason\":\"policy\",\"source\":{\"pod\":\"client\","
                                + "\"labels\":{\"app\":\"client\"}}}\n{\"reason\":\"no-rule\"}\n");
        assertThat(weir("flows", "-o", "csv", "--fields", "verdict,source.labels,policy").out())
                .isEqualTo(
                        """
                        verdict,source.labels,policy
                        allowed,app=client,default/web-allow ingress[0]
                        denied,,
                        """);
        final Outcome wrong = weir("flows", "--fields", "source.colour");
        assertThat(wrong.exitCode()).isEqualTo(Cli.USAGE);
        assertThat(wrong.err()).startsWith("weir: --fields: source.colour (expected: a column");
    }

    @Test
    void shouldGiveOneColumnOfCsvForEveryMember() {
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        final String[] lines = weir("flows", "-o", "csv").out().split("\n");

        final int columns = lines[0].split(",", -1).length;
        assertThat(columns).isEqualTo(FlowFields.all().size()).isGreaterThan(50);
        assertThat(lines[1].split(",", -1)).hasSize(columns).contains("41234", "SYN", "81000");
    }

    /** What the agent writes and what the command line knows of it are the same. */
    @Test
    void shouldKnowEveryMemberOfARecord() {
        final List<String> members = new ArrayList<>();
        leaves(FlowRecord.class, "", members);

        assertThat(FlowFields.all()).containsExactlyInAnyOrderElementsOf(members);
    }

    private static void leaves(
            final Class<?> type, final String prefix, final List<String> members) {
        for (final RecordComponent component : type.getRecordComponents()) {
            final JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
            final String name = prefix + (named == null ? component.getName() : named.value());
            final boolean text =
                    component.getType() == IpAddress.class
                            || component.getType() == MacAddress.class;
            if (component.getType().isRecord() && !text) {
                leaves(component.getType(), name + ".", members);
            } else {
                members.add(name);
            }
        }
        if (type == FlowRecord.class) {
            members.add("communityId");
        }
    }

    @Test
    void shouldFrameAnAnswerAsTheAgentDid() throws Exception {
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        assertThat(Json.read(weir("flows", "-o", "json").out())).isEqualTo(Json.read(ANSWER));
        assertThat(Yaml.read(weir("flows", "-o", "yaml").out())).isEqualTo(Json.read(ANSWER));
        agent.on("GET /v1/flows?last=20", 200, "{\"items\":[]}");
        assertThat(weir("flows", "-o", "json").out()).isEqualTo("{\n  \"items\" : [ ]\n}\n");
        assertThat(weir("flows", "-o", "yaml").out()).isEqualTo("items: []\n");
        assertThat(weir("flows", "-o", "jsonl").out()).isEmpty();
        assertThat(weir("flows", "-o", "csv", "--fields", "time,end").out())
                .isEqualTo("time,end\n");
    }

    @Test
    void shouldColourVerdictsOnlyWhenAsked() {
        agent.on("GET /v1/flows?last=20", 200, ANSWER);

        assertThat(weir("flows").out()).doesNotContain("\u001b");
        assertThat(weir("flows", "--color", "never").out()).doesNotContain("\u001b");
        assertThat(weir("flows", "--color", "always").out())
                .contains(
                        "\u001b[32mallowed\u001b[0m   TCP ", "\u001b[31mdenied\u001b[0m    ICMPv6");
        assertThat(weir("flows", "-o", "compact", "--color", "always").out())
                .contains("Z \u001b[31mdenied\u001b[0m ingress");
    }

    @Test
    void shouldSayWhatIsMissingAndExitWithFour() {
        agent.on(
                "GET /v1/flows?since=1h",
                200,
                """
                {"items":[],"matched":0,"complete":false,"missing":[{"stage":"history","records":7,\
                "packets":90,"until":"2026-11-22T11:59:00Z","reason":"memory full"},{"stage":\
                "agent-start","until":"2026-11-22T11:30:00Z","reason":"began then"}]}""");

        final Outcome outcome = weir("flows", "--since", "1h");

        assertThat(outcome.exitCode()).isEqualTo(Cli.INCOMPLETE);
        assertThat(outcome.err())
                .isEqualTo(
                        """
                        weir: not complete: 7 records, 90 packets lost (history) until 2026-11-22T11:59:00Z: memory full
                        weir: not complete: unknown number lost (agent-start) until 2026-11-22T11:30:00Z: began then
                        """);
    }

    @Test
    void shouldTellWrongUsageAnAbsentAgentAndAFailureApart() {
        agent.on(
                "GET /v1/flows?not-port=99999&last=20",
                400,
                "{\"message\":\"query not-port: 99999 (expected: 0-65535)\"}");
        agent.on("GET /v1/flows?last=20", 500, "{\"message\":\"oops\"}");

        final Outcome usage = weir("flows", "--not", "--port", "99999");
        assertThat(usage.exitCode()).isEqualTo(Cli.USAGE);
        assertThat(usage.err())
                .isEqualTo(
                        "weir: --not --port: 99999 (expected: 0-65535) (see: weir flows --help)\n");
        assertThat(weir("flows").exitCode()).isEqualTo(Cli.FAILED);
        final Outcome absent = alone("flows", "--socket", folder.resolve("none").toString());
        assertThat(absent.exitCode()).isEqualTo(Cli.UNREACHABLE);
        assertThat(absent.err()).startsWith("weir: no agent on ");
        assertThat(weir("flows", "--first", "1", "--last", "1").exitCode()).isEqualTo(Cli.USAGE);
        assertThat(weir("flows", "--fields", "time", "-o", "compact").exitCode())
                .isEqualTo(Cli.USAGE);
        assertThat(weir("flows", "--color", "pink").exitCode()).isEqualTo(Cli.USAGE);
    }

    @Test
    void shouldAskForAllOrTheOldest() {
        agent.on("GET /v1/flows?last=999999999", 200, ANSWER);
        agent.on("GET /v1/flows?first=2", 200, ANSWER);

        assertThat(weir("flows", "--all").exitCode()).isZero();
        assertThat(weir("flows", "--first", "2").err())
                .isEqualTo("the first 2 of 30 (more: --first N, or --all)\n");
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
