package dev.weir.controller.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.policy.Yaml;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An audited policy drops nothing, and what it would have dropped is in flows, in the totals of the
 * container and in the counters of its rule; without the annotation it is enforced at once.
 */
@KernelTest
@ExtendWith(SharedCluster.class)
class AuditIT {
    private static final String CLIENT = "x/a";
    private static final String SERVER = "y/a";
    private static final String DENY_X =
            """
            tier: Admin
            priority: 10
            subject: {namespaces: {matchLabels: {ns: y}}}
            ingress:
            - name: no-x
              action: Deny
              from: [{namespaces: {matchLabels: {ns: x}}}]
            """;

    private static Cluster cluster;

    @BeforeAll
    static void useTheCluster(final Cluster shared) {
        cluster = shared;
    }

    @AfterEach
    void reset() throws Exception {
        cluster.reset();
    }

    @Test
    void shouldShowWhatAClusterPolicyWouldDropAndDropItOnceItIsEnforced() throws Exception {
        auditThenEnforce(
                Yaml.auditedClusterPolicy("fence", DENY_X).json(),
                Yaml.clusterPolicy("fence", DENY_X).json(),
                "ingress[0]");
    }

    @Test
    void shouldShowWhatANetworkPolicyWouldDropAndDropItOnceItIsEnforced() throws Exception {
        final JsonNode enforced = Yaml.policy("y", "fence", "podSelector: {}").json();
        final JsonNode audited = enforced.deepCopy();
        audited.withObject("/metadata/annotations").put("weir.dev/audit", "true");

        auditThenEnforce(audited, enforced, "");
    }

    private static void auditThenEnforce(
            final JsonNode audited, final JsonNode enforced, final String rule) throws Exception {
        final String kind = enforced.path("kind").asText();
        final long before = audits();
        final long dropped = cluster.dropped(SERVER);
        try (Conversation conversation =
                Conversation.open(
                        "TCP", cluster.pods().get(CLIENT), cluster.pods().get(SERVER), false)) {
            cluster.apply(audited);
            assertThat(conversation.passes()).as("audited").containsExactly(true, true);
            assertThat(cluster.dropped(SERVER)).isEqualTo(dropped);
            assertThat(audits()).isGreaterThan(before);
            assertThat(rulePackets(kind)).isPositive();
            Await.until(() -> isInFlows(kind, rule), "the audited flow of " + kind);

            cluster.apply(enforced);
            final long then = audits();
            assertThat(conversation.passes()).as("enforced").containsExactly(false, false);
            assertThat(audits()).isEqualTo(then);
            assertThat(cluster.dropped(SERVER)).isGreaterThan(dropped);
        }
    }

    /** Packets towards the server that passed and were audited. */
    private static long audits() throws Exception {
        return cluster.statistics(SERVER).at("/ingress/audit/packets").asLong();
    }

    private static boolean isInFlows(final String kind, final String rule) throws Exception {
        for (final JsonNode flow :
                cluster.agent().call("GET", "/v1/flows?verdict=audit", "").body().path("items")) {
            final JsonNode policy = flow.path("policy").path(0);
            if (policy.path("kind").asText().equals(kind)
                    && policy.path("name").asText().equals("fence")
                    && policy.path("rule").asText().equals(rule)
                    && flow.path("verdict").asText().equals("audit")
                    && flow.at("/destination/pod").asText().equals("a")) {
                return true;
            }
        }
        return false;
    }

    /** Of all rules of the policy named fence. */
    private static double rulePackets(final String kind) throws Exception {
        final Matcher lines =
                Pattern.compile(
                                "weir_rule_packets_total\\{kind=\""
                                        + kind
                                        + "\"[^}]*policy=\"fence\"[^}]*} ([0-9.]+)")
                        .matcher(cluster.agent().call("GET", "/metrics", "").body().asText());
        double packets = 0;
        while (lines.find()) {
            packets += Double.parseDouble(lines.group(1));
        }
        return packets;
    }
}
