package dev.weir.controller.api.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.api.kube.schema.SwaggerProto;
import dev.weir.controller.policy.Cause;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicyParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The schemas that clients read and the parsers that the agent reads with know the same fields. */
class KnownFieldsTest {
    private static final Map<Kind, Function<JsonNode, Object>> PARSERS =
            Map.of(
                    Kind.NETWORK_POLICY,
                    NetworkPolicyParser::parse,
                    Kind.CLUSTER_NETWORK_POLICY,
                    ClusterNetworkPolicyParser::parse,
                    Kind.NAMESPACE,
                    NamespaceParser::parse);

    private final Definitions definitions = Definitions.load();

    @Test
    void shouldKnowEveryFieldThatTheSchemasHave() {
        PARSERS.forEach(
                (kind, parser) -> {
                    final JsonNode object =
                            example(
                                    definitions.named(
                                            OpenApiPaths.definition(kind, definitions, "")));
                    final List<String> unknown = new ArrayList<>();
                    try {
                        parser.apply(object);
                    } catch (final InvalidObjectException e) {
                        e.causes().stream()
                                .filter(cause -> cause.reason().equals("FieldValueUnknown"))
                                .map(Cause::field)
                                .forEach(unknown::add);
                    }
                    assertThat(unknown).as(kind.name()).isEmpty();
                });
    }

    @Test
    void shouldHaveEveryFieldThatTheParsersKnow() {
        PARSERS.forEach(
                (kind, parser) -> {
                    final var object = JsonNodeFactory.instance.objectNode().put("none-such", 1);
                    object.putObject("spec").put("none-such", 1);
                    object.putObject("metadata").put("none-such", 1);
                    final String name = OpenApiPaths.definition(kind, definitions, "");
                    final JsonNode schema = definitions.named(name);
                    try {
                        parser.apply(object);
                    } catch (final InvalidObjectException e) {
                        for (final Cause cause : e.causes()) {
                            final int list = cause.message().indexOf("(expected: one of ");
                            if (list < 0 || !cause.reason().equals("FieldValueUnknown")) {
                                continue;
                            }
                            final String place = cause.field().replaceAll("\\.?none-such$", "");
                            final JsonNode part =
                                    place.isEmpty()
                                            ? schema
                                            : resolve(schema.path("properties").path(place));
                            for (final String field :
                                    cause.message()
                                            .substring(list + 18, cause.message().length() - 1)
                                            .split(", ")) {
                                assertThat(part.path("properties").has(field))
                                        .as(kind.name() + " " + place + " " + field)
                                        .isTrue();
                            }
                        }
                    }
                });
    }

    @Test
    void shouldReferToDefinitionsThatAreThere() {
        for (final JsonNode reference : definitions.all().findValues("$ref")) {
            assertThat(resolve(reference.asText()).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
        assertThat(
                        SwaggerProto.encode(
                                OpenApi.document(List.copyOf(PARSERS.keySet()), definitions)))
                .hasSizeGreaterThan(10_000);
    }

    private JsonNode resolve(final JsonNode schema) {
        return schema.has("$ref") ? resolve(schema.path("$ref").asText()) : schema;
    }

    private JsonNode resolve(final String reference) {
        return definitions.named(reference.substring("#/definitions/".length()));
    }

    /** An object with every field of its schema, of the right type if not of sense. */
    private JsonNode example(final JsonNode reference) {
        final JsonNode schema = resolve(reference);
        final JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (schema.path("type").asText()) {
            case "object" -> {
                final var object = nodes.objectNode();
                for (final Map.Entry<String, JsonNode> field :
                        schema.path("properties").properties()) {
                    object.set(field.getKey(), example(field.getValue()));
                }
                yield object;
            }
            case "array" -> nodes.arrayNode().add(example(schema.path("items")));
            case "integer" -> nodes.numberNode(7);
            case "boolean" -> nodes.booleanNode(true);
            default -> nodes.textNode("x");
        };
    }
}
