package dev.weir.controller.api.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Bodies;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicyParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a client sends is read or refused with a reason, in bounded time and memory: bodies
 * mutated at random, and those that are known to hurt. A failure prints the seed and the body.
 */
class HostileManifestsTest {
    private static final int BODIES = 20_000;

    /** No body of these sizes may take longer; generous for a busy machine. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final List<String> SEEDS =
            List.of(
                    """
                    {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
                     "metadata":{"name":"web","namespace":"default","labels":{"a":"b"}},
                     "spec":{"podSelector":{"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]},
                      "policyTypes":["Ingress","Egress"],
                      "ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],
                       "ports":[{"port":80,"endPort":90,"protocol":"TCP"},{"port":"http"}]}],
                      "egress":[{"to":[{"podSelector":{},"namespaceSelector":{}}]}]}}
                    """,
                    """
                    {"apiVersion":"policy.networking.k8s.io/v1alpha2","kind":"ClusterNetworkPolicy",
                     "metadata":{"name":"c"},"spec":{"tier":"Admin","priority":10,
                     "subject":{"pods":{"namespaceSelector":{},"podSelector":{}}},
                     "ingress":[{"name":"n","action":"Deny","from":[{"namespaces":{}}],
                     "protocols":[{"tcp":{"destinationPort":{"range":{"start":1,"end":9}}}}]}],
                     "egress":[{"action":"Pass","to":[{"networks":["::/0"]}]}]}}
                    """,
                    """
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: ns, labels: &l {a: "1", b: 'x'}, annotations: *l}
                    """,
                    """
                    kind: NetworkPolicy
                    metadata:
                      name: web
                    spec:
                      podSelector: {}
                      ingress:
                      - ports:
                        - port: 0x50
                          protocol: TCP
                    """);
    private static final List<String> BITS =
            List.of(
                    "null",
                    "{}",
                    "[]",
                    "\"\"",
                    "-1",
                    "1e999",
                    "99999999999999999999",
                    "0.5",
                    "true",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "&a ",
                    "*a",
                    "<<: *a",
                    "!!int ",
                    "!!binary ",
                    "\u0000",
                    "\ud83d",
                    "\n",
                    "  ",
                    "- ",
                    "? ",
                    "|",
                    ">",
                    "%",
                    "---\n",
                    "...",
                    "\"",
                    "'",
                    "port",
                    "name",
                    "spec",
                    "10.0.0.0/33",
                    "::/129");

    private static final List<Function<JsonNode, Object>> PARSERS =
            List.of(
                    NetworkPolicyParser::parse,
                    ClusterNetworkPolicyParser::parse,
                    NamespaceParser::parse);

    /** Reads a body as each kind: done, or refused as a client can be told. */
    private static void read(final byte[] body) {
        for (final Function<byte[], JsonNode> format :
                List.<Function<byte[], JsonNode>>of(Bodies::json, Bodies::yaml)) {
            final JsonNode json;
            try {
                json = format.apply(body);
            } catch (final ApiException e) {
                assertThat(e.code()).isEqualTo(400);
                assertThat(e.getMessage()).isNotBlank();
                continue;
            }
            for (final Function<JsonNode, Object> parser : PARSERS) {
                try {
                    parser.apply(json);
                } catch (final InvalidObjectException e) {
                    assertThat(e.causes()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void shouldReadOrRefuseWhateverIsSent() {
        final long seed = System.nanoTime();
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(120),
                () -> {
                    final Random random = new Random(seed);
                    for (int i = 0; i < BODIES; i++) {
                        final String body = mutated(SEEDS.get(i % SEEDS.size()), random);
                        try {
                            read(body.getBytes(StandardCharsets.UTF_8));
                        } catch (final Exception | StackOverflowError e) {
                            fail("seed " + seed + ", body " + i + ":\n" + body, e);
                        }
                    }
                },
                () -> "seed " + seed);
    }

    private static String mutated(final String body, final Random random) {
        final StringBuilder text = new StringBuilder(body);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            final int at = random.nextInt(text.length() + 1);
            final int end = Math.min(text.length(), at + random.nextInt(12));
            final String bit = BITS.get(random.nextInt(BITS.size()));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, bit);
                case 1 -> text.replace(at, end, bit);
                case 2 -> text.delete(at, end);
                case 3 -> text.insert(at, text.substring(at, end));
                default -> text.insert(at, (char) random.nextInt(0x250));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                        + "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                        + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
                "a: &a [*a]",
                "a: &a {b: *a}",
                "{\"a\":1,\"a\":2}",
                "kind: NetworkPolicy\nkind: NetworkPolicy\n",
                "? [a, b]\n: c\n",
                "!!java.net.URL [\"http://127.0.0.1\"]",
                "{\"metadata\":{\"generation\":1e400}}",
                "metadata: {generation: 0xffffffffffffffffffffffffffffffffffffffff}",
                "",
                "---\n---\n",
            })
    void shouldBearWhatIsKnownToHurt(final String body) {
        Assertions.assertTimeoutPreemptively(
                LIMIT, () -> read(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldBearDepthAndLength() {
        final String number = "9".repeat(500_000);
        for (final String body :
                List.of(
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000),
                        "- ".repeat(100_000),
                        "{".repeat(100_000),
                        "{\"metadata\":{\"generation\":" + number + "}}",
                        "metadata: {generation: " + number + "}",
                        "{\"metadata\":{\"name\":\"" + "x".repeat(2_000_000) + "\"}}",
                        "{\"metadata\":{\"labels\":{" + labels(20_000) + "}}}",
                        "#".repeat(2_000_000),
                        " ".repeat(2_000_000))) {
            Assertions.assertTimeoutPreemptively(
                    LIMIT,
                    () -> read(body.getBytes(StandardCharsets.UTF_8)),
                    () -> body.substring(0, 40));
        }
    }

    private static String labels(final int count) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append("\"a" + i + "\":\"" + "y".repeat(70) + "\"");
        }
        return text.toString();
    }
}
