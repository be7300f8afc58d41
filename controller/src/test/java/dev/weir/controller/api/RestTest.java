package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.HttpOverUnix.Answer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that talks to a server over its socket, on one connection. */
abstract class RestTest {
    static final String JSON = "application/json";
    static final String YAML = "application/yaml";
    static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";

    @TempDir Path directory;
    TestAgent agent;
    HttpOverUnix http;

    @BeforeEach
    void startServer() throws IOException {
        agent = new TestAgent(directory).start();
        http = agent.connect();
    }

    @AfterEach
    void stopServer() throws IOException {
        http.close();
        agent.close();
    }

    /** A policy that lets {@code app=client} reach {@code app=web} on port 80. */
    static String policy(final String name) {
        return """
            {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
             "metadata":{"name":"%s","labels":{"team":"shop"}},
             "spec":{"podSelector":{"matchLabels":{"app":"web"}},
              "ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"client"}}}],
                          "ports":[{"port":80}]}]}}
            """
                .formatted(name);
    }

    Answer post(final String path, final String json) throws IOException {
        return http.send("POST", path, JSON, json);
    }

    Answer put(final String path, final String json) throws IOException {
        return http.send("PUT", path, JSON, json);
    }

    Answer patch(final String path, final String type, final String json) throws IOException {
        return http.send("PATCH", path, type, json);
    }

    Answer delete(final String path) throws IOException {
        return http.send("DELETE", path, java.util.Map.of(), new byte[0]);
    }

    /** Checks that an answer is a failure of this kind, and gives its Status. */
    static JsonNode failure(final Answer answer, final int code, final String reason)
            throws IOException {
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        final JsonNode status = answer.json();
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(status.path("metadata").isObject()).isTrue();
        assertThat(status.path("status").asText()).isEqualTo("Failure");
        assertThat(status.path("reason").asText()).isEqualTo(reason);
        assertThat(status.path("code").asInt()).isEqualTo(code);
        assertThat(status.path("message").asText()).isNotEmpty();
        return status;
    }
}
