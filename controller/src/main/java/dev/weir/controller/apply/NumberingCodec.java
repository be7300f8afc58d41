package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.Numbering;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** {@link Numbering} as it is stored. */
final class NumberingCodec {
    private NumberingCodec() {}

    static JsonNode encode(final Numbering numbering) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        encode(json.putObject("identities"), numbering.identities());
        encode(json.putObject("rules"), numbering.rules());
        encode(json.putObject("policies"), numbering.policies());
        json.put("nextIdentity", numbering.nextIdentity());
        json.put("nextRule", numbering.nextRule());
        json.put("nextPolicy", numbering.nextPolicy());
        return json;
    }

    /**
     * The reverse.
     *
     * @throws IllegalArgumentException if a field is missing
     */
    static Numbering decode(final JsonNode json) {
        return new Numbering(
                decode(json, "identities"),
                decode(json, "rules"),
                decode(json, "policies"),
                json.required("nextIdentity").asInt(),
                json.required("nextRule").asInt(),
                json.required("nextPolicy").asInt());
    }

    private static void encode(final ObjectNode json, final Map<String, Integer> numbers) {
        new TreeMap<>(numbers).forEach(json::put);
    }

    private static Map<String, Integer> decode(final JsonNode json, final String field) {
        final Map<String, Integer> numbers = new HashMap<>();
        json.required(field)
                .properties()
                .forEach(each -> numbers.put(each.getKey(), each.getValue().asInt()));
        return numbers;
    }
}
