package dev.weir.controller.apply;

import static dev.weir.controller.apply.ApplierFixture.allow;
import static dev.weir.controller.apply.ApplierFixture.deny;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.endpoint.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointViewsTest {
    @TempDir private Path directory;
    private final FakeNetwork network = new FakeNetwork();
    private final Listener listener = new Listener();
    private ApplierFixture agent;
    private Endpoint web;
    private Endpoint client;

    @BeforeEach
    void start() {
        network.run("/run/netns/web", 11, "10.1.0.2", "fe80::2");
        network.run("/run/netns/client", 12, "10.1.0.3", "fe80::3");
        agent = new ApplierFixture(directory, new RecordingDatapath(), network, listener);
        web = agent.attach("web", Map.of("app", "web"));
        client = agent.attach("client", Map.of("app", "client"));
        listener.told.clear();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void shouldShowAnotherPolicyAndTellNobodyOfIt() {
        agent.put(deny("p", "web"));
        final Endpoint denied = now(web);
        agent.put(allow("p", "web", "client", 80));

        assertThat(denied.policy().isolatedIngress()).isTrue();
        assertThat(denied.policy()).isNotEqualTo(web.policy());
        assertThat(now(web).policy()).isNotEqualTo(denied.policy());
        assertThat(now(client)).isEqualTo(client);
        assertThat(listener.told).isEmpty();
    }

    @Test
    void shouldTellOfLabelsAndOfTheIdentityThatFollows() {
        agent.await(
                agent.applier.patch(
                        web.id(), Map.of("tier", Optional.of("front")), Optional.empty()));

        assertThat(listener.told).containsExactly(now(web));
        assertThat(now(web).identity()).isNotEqualTo(web.identity());
    }

    @Test
    void shouldTellOfAnIdentityThatAPolicyGives() {
        agent.put(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: block, namespace: default}
                spec:
                  podSelector: {}
                  policyTypes: [Ingress]
                  ingress: [{from: [{ipBlock: {cidr: 10.1.0.2/32}}]}]
                """);

        assertThat(now(web).identity()).isNotEqualTo(web.identity());
        assertThat(listener.told).containsExactly(now(web));
    }

    private Endpoint now(final Endpoint endpoint) {
        return agent.applier.snapshot().endpointsByNumber().get(endpoint.number());
    }

    /** Keeps what it hears of endpoints. */
    private static final class Listener extends QuietObserver {
        private final List<Endpoint> told = new ArrayList<>();

        @Override
        public void attached(final Endpoint endpoint, final JsonNode measured) {
            told.add(endpoint);
        }
    }
}
