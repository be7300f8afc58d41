package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.app.AgentProcess.Answer;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that no CNI told of: found, attached by name, attached by the rule. */
@KernelTest
class DiscoveryIT {
    private static final int NOT_TAKEN = 9_000;

    @RegisterExtension private final NodeUnderTest node = new NodeUnderTest();

    private Netns container;

    @BeforeEach
    void makeAContainer() {
        container = node.closeAfterwards(Netns.create());
        container.veth(node.netns(), "vethfound", "eth7");
    }

    private void giveAddress() {
        container.run("ip", "addr", "add", "10.88.0.7/24", "dev", "eth7");
    }

    private JsonNode items(final String query) throws IOException {
        return node.get("/v1/endpoints" + query).path("items");
    }

    private Optional<JsonNode> item(final String name) throws IOException {
        for (final JsonNode item : items("?all=true")) {
            if (item.path("interface").asText().equals(name)) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    @Test
    void shouldShowWhoLivesBehindAVethAndAttachItByItsName() throws Exception {
        giveAddress();
        node.startAgent();
        final long sleep = container.start("sleep", "600").pid();
        Await.until(
                () -> item("vethfound").orElseThrow().path("pids").size() == 1,
                "the process to be seen");

        final JsonNode found = item("vethfound").orElseThrow();

        assertThat(found.path("managed").asBoolean(true)).isFalse();
        assertThat(found.path("pids").get(0).asLong()).isEqualTo(sleep);
        assertThat(found.path("ifname").asText()).isEqualTo("eth7");
        assertThat(found.path("ips").toString()).contains("10.88.0.7");
        try (var namespace = container.open()) {
            assertThat(found.path("netns").asLong()).isEqualTo(namespace.inode());
        }
        assertThat(items("")).isEmpty();

        final Answer attached =
                node.agent()
                        .call("POST", "/v1/endpoints", "{\"found\":\"vethfound\",\"pod\":\"f\"}");

        assertThat(attached.code()).as(attached.body().toString()).isEqualTo(201);
        assertThat(attached.body().path("id").asText()).isEqualTo("f-eth7");
        assertThat(item("vethfound").orElseThrow().path("managed").asBoolean()).isTrue();
        assertThat(items("?all=true")).hasSize(1);
    }

    @Test
    void shouldNotTakeAnotherPairWithTheSameIndicesForThisOne() throws Exception {
        try (Netns middle = Netns.create();
                Netns nested = Netns.create()) {
            // Asked in the order of their inodes: whichever is first must not be believed by index.
            pair(node.netns(), "vethreal", container, "eth8");
            pair(middle, "vethother", nested, "eth8");
            node.startAgent();

            final JsonNode found = item("vethreal").orElseThrow();

            try (var namespace = container.open()) {
                assertThat(found.path("netns").asLong()).isEqualTo(namespace.inode());
            }
            assertThat(item("vethother")).isEmpty();
        }
    }

    private static void pair(
            final Netns host, final String outer, final Netns inside, final String inner) {
        host.run(
                "ip",
                "link",
                "add",
                outer,
                "index",
                "" + NOT_TAKEN,
                "type",
                "veth",
                "peer",
                "name",
                inner,
                "netns",
                inside.name(),
                "index",
                "" + (NOT_TAKEN + 1));
    }

    @Test
    void shouldAttachByRuleOnceThereAreAddressesAndYieldToWhoNamesTheContainer() throws Exception {
        container.run("ip", "link", "set", "eth7", "addrgenmode", "none");
        container.run("ip", "-6", "addr", "flush", "dev", "eth7");
        node.startAgent("--attach-to=all-veths");
        assertThat(items("?all=true")).hasSize(1);
        assertThat(items("")).as("no address yet").isEmpty();

        giveAddress();

        Await.until(() -> items("").size() == 1, "the rule to attach it");
        final JsonNode byRule = items("").get(0);
        assertThat(byRule.at("/labels/weir.dev~1attached-by").asText()).isEqualTo("all-veths");
        assertThat(byRule.path("ips").toString()).isEqualTo("[\"10.88.0.7\"]");

        final Answer named =
                node.agent()
                        .call(
                                "POST",
                                "/v1/endpoints",
                                "{\"netns\":\"%s\",\"pod\":\"web\",\"ifname\":\"eth7\"}"
                                        .formatted(container.path()));

        assertThat(named.code()).as(named.body().toString()).isEqualTo(201);
        assertThat(items("")).hasSize(1);
        assertThat(items("").get(0).path("id").asText()).isEqualTo("web-eth7");
        assertThat(items("").get(0).path("labels").isEmpty()).isTrue();
    }

    @Test
    void shouldNotAttachAgainWhatWasDetachedByHand() throws Exception {
        giveAddress();
        node.startAgent("--attach-to=all-veths");
        Await.until(() -> items("").size() == 1, "the rule to attach it");
        final String id = items("").get(0).path("id").asText();

        assertThat(node.agent().call("DELETE", "/v1/endpoints/" + id, "").code()).isEqualTo(200);
        try (Netns later = Netns.create()) {
            later.veth(node.netns(), "vethlater", "eth0");
            later.run("ip", "addr", "add", "10.88.0.8/24", "dev", "eth0");
            Await.until(() -> items("").size() == 1, "the rule to attach the next one");

            assertThat(items("").get(0).path("interface").asText()).isEqualTo("vethlater");
            assertThat(item("vethfound").orElseThrow().path("managed").asBoolean()).isFalse();
        }
    }
}
