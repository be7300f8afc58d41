package dev.weir.controller.apply;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.weir.controller.compile.Numbering;
import java.util.HashMap;
import java.util.Map;

/**
 * {@link Numbering} as it is stored. Immutable; a part that is the very object of before is not
 * written out again: beside 10,000 identities a changed rule would be the least of it.
 *
 * @param numbering what is written
 * @param identities as a JSON object, keys in order
 * @param rules likewise
 * @param policies likewise
 */
record NumberingText(Numbering numbering, String identities, String rules, String policies) {
    static final NumberingText EMPTY = new NumberingText(Numbering.EMPTY, "{}", "{}", "{}");

    NumberingText next(final Numbering next) {
        return new NumberingText(
                next,
                text(numbering.identities(), identities, next.identities()),
                text(numbering.rules(), rules, next.rules()),
                text(numbering.policies(), policies, next.policies()));
    }

    private static String text(
            final Map<String, Integer> before, final String known, final Map<String, Integer> now) {
        if (before == now) {
            return known;
        }
        final JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        final StringBuilder text = new StringBuilder(known.length() + 1_024);
        now.forEach(
                (key, number) -> {
                    text.append(text.isEmpty() ? "{\"" : ",\"");
                    encoder.quoteAsString(key, text);
                    text.append("\":").append(number.intValue());
                });
        return text.isEmpty() ? "{}" : text.append('}').toString();
    }

    JsonNode json() {
        final JsonNodeFactory nodes = JsonNodeFactory.instance;
        final ObjectNode json = nodes.objectNode();
        json.set("identities", nodes.rawValueNode(new RawValue(identities)));
        json.set("rules", nodes.rawValueNode(new RawValue(rules)));
        json.set("policies", nodes.rawValueNode(new RawValue(policies)));
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

    private static Map<String, Integer> decode(final JsonNode json, final String field) {
        final Map<String, Integer> numbers = new HashMap<>();
        json.required(field)
                .properties()
                .forEach(each -> numbers.put(each.getKey(), each.getValue().asInt()));
        return numbers;
    }
}
