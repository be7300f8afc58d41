package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.policy.LabelRequirement;
import dev.weir.controller.policy.LabelRequirement.Operator;
import dev.weir.controller.policy.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which objects of a collection are asked for: {@code labelSelector} in kubectl's text form, {@code
 * fieldSelector} on {@code metadata.name} and {@code metadata.namespace}.
 */
record Selection(LabelSelector labels, List<FieldTerm> fields) {
    private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_./]*)";
    private static final String VALUE = "([-A-Za-z0-9_.]*)";
    private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==|=|!=)\\s*" + VALUE);
    private static final Pattern SET = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*" + KEY);

    /** One condition on a field. */
    record FieldTerm(String field, String value, boolean equal) {
        boolean holds(final JsonNode object) {
            final String actual = object.path("metadata").path(field).asText("");
            return actual.equals(value) == equal;
        }
    }

    static Selection of(final Request request) {
        return new Selection(
                labels(request.query("labelSelector").orElse("")),
                fields(request.query("fieldSelector").orElse("")));
    }

    /** The same, of one name only. */
    Selection andName(final String name) {
        final List<FieldTerm> all = new ArrayList<>(fields);
        all.add(new FieldTerm("name", name, true));
        return new Selection(labels, all);
    }

    /** True when nothing is left out. */
    boolean isEverything() {
        return fields.isEmpty() && labels.equals(LabelSelector.EVERYTHING);
    }

    boolean holds(final JsonNode object) {
        for (final FieldTerm term : fields) {
            if (!term.holds(object)) {
                return false;
            }
        }
        final Map<String, String> own = new HashMap<>();
        for (final Map.Entry<String, JsonNode> label :
                object.path("metadata").path("labels").properties()) {
            own.put(label.getKey(), label.getValue().asText());
        }
        return labels.matches(own);
    }

    private static LabelSelector labels(final String text) {
        if (text.isBlank()) {
            return LabelSelector.EVERYTHING;
        }
        final List<LabelRequirement> requirements = new ArrayList<>();
        for (final String part : text.split(",(?![^(]*\\))", -1)) {
            requirements.add(requirement(part.strip(), text));
        }
        return new LabelSelector(Map.of(), requirements);
    }

    private static LabelRequirement requirement(final String part, final String whole) {
        final Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            return new LabelRequirement(
                    equality.group(1),
                    equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN,
                    Set.of(equality.group(3)));
        }
        final Matcher set = SET.matcher(part);
        if (set.matches()) {
            return new LabelRequirement(
                    set.group(1),
                    set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN,
                    Set.copyOf(List.of(set.group(3).strip().split("\\s*,\\s*", -1))));
        }
        final Matcher existence = EXISTENCE.matcher(part);
        if (existence.matches()) {
            return new LabelRequirement(
                    existence.group(2),
                    existence.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST,
                    Set.of());
        }
        throw ApiException.badRequest(
                "query labelSelector: "
                        + whole
                        + " (expected: such as app=web,tier in (a,b),!debug)");
    }

    private static List<FieldTerm> fields(final String text) {
        final List<FieldTerm> terms = new ArrayList<>();
        for (final String part : text.isBlank() ? new String[0] : text.split(",")) {
            final Matcher equality = EQUALITY.matcher(part.strip());
            final String field = equality.matches() ? equality.group(1) : "";
            if (!field.equals("metadata.name") && !field.equals("metadata.namespace")) {
                throw ApiException.badRequest(
                        "field label not supported: "
                                + (field.isEmpty() ? text : field)
                                + " (expected: metadata.name or metadata.namespace, = or !=, and a"
                                + " value)");
            }
            terms.add(
                    new FieldTerm(
                            field.substring("metadata.".length()),
                            equality.group(3),
                            !equality.group(2).equals("!=")));
        }
        return terms;
    }
}
