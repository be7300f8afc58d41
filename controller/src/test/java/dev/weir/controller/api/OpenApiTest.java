package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.controller.flow.FlowQueryParser;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description and the route table say the same. */
class OpenApiTest {
    @TempDir Path directory;

    @Test
    void shouldDescribeEveryRouteAndNoOther() throws IOException {
        final Set<String> described = new TreeSet<>();
        for (final Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            for (final Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                described.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }
        final Set<String> routed = new TreeSet<>();
        try (TestAgent agent = new TestAgent(directory)) {
            Routes.of(agent.services(), () -> new MetricSnapshots())
                    .routes()
                    .forEach(route -> routed.add(route.method() + " " + route.pattern()));
        }

        assertThat(described).isEqualTo(routed);
    }

    @Test
    void shouldDescribeFlowFiltersThatAreKnown() throws IOException {
        final JsonNode parameters = document().at("/paths/~1v1~1flows/get/parameters");

        assertThat(parameters)
                .extracting(parameter -> parameter.path("name").asText())
                .filteredOn(name -> !name.equals("follow"))
                .hasSizeGreaterThan(50)
                .allMatch(FlowQueryParser::knows);
    }

    @Test
    void shouldDescribeEveryParameterOfAPath() throws IOException {
        for (final Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
            for (final JsonNode operation : path.getValue()) {
                final Set<String> named = new TreeSet<>();
                operation
                        .path("parameters")
                        .forEach(
                                parameter -> {
                                    if (parameter.path("in").asText().equals("path")) {
                                        named.add(parameter.path("name").asText());
                                    }
                                });
                final Set<String> braced = new TreeSet<>();
                for (final String segment : path.getKey().split("/")) {
                    if (segment.startsWith("{")) {
                        braced.add(segment.substring(1, segment.length() - 1));
                    }
                }
                assertThat(named).as(path.getKey()).isEqualTo(braced);
            }
        }
    }

    @Test
    void shouldReferToSchemasThatAreThere() throws IOException {
        final JsonNode document = document();
        for (final JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    @Test
    void shouldBeServed() throws IOException {
        try (TestAgent agent = new TestAgent(directory).start();
                HttpOverUnix http = agent.connect()) {
            assertThat(http.get("/openapi.json").json()).isEqualTo(document());
        }
    }

    private static JsonNode document() throws IOException {
        try (InputStream file = OpenApiTest.class.getResourceAsStream(ApiDescription.RESOURCE)) {
            return new ObjectMapper().readTree(file);
        }
    }
}
