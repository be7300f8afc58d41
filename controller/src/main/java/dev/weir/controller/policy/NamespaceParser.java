package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Turns JSON into a {@link Namespace} or says everything that is wrong with it. */
public final class NamespaceParser {
    /** {@code apiVersion} of the objects. */
    public static final String API_VERSION = "v1";

    /** {@code kind} of the objects. */
    public static final String KIND = "Namespace";

    private NamespaceParser() {}

    /**
     * Checks as the Kubernetes API server does with strict field validation; the label {@link
     * Namespace#NAME_LABEL} is put right, whatever was sent.
     *
     * @param json is left as it is
     * @throws InvalidObjectException with all problems
     */
    public static Namespace parse(final JsonNode json) {
        final Problems problems = new Problems();
        final FieldReader root = FieldReader.of(json, "", problems);
        MetaParser.checkType(root, API_VERSION, KIND);
        final ObjectMeta meta = MetaParser.parse(root, "", NameRules::dnsLabel);
        root.object("spec")
                .ifPresent(
                        spec -> {
                            spec.texts("finalizers");
                            spec.finish();
                        });
        root.object("status")
                .ifPresent(
                        status -> {
                            status.text("phase");
                            status.objects("conditions");
                            status.finish();
                        });
        root.finish();
        problems.throwIfAny();
        final ObjectNode stored = json.deepCopy();
        NullFields.drop(stored);
        stored.put("apiVersion", API_VERSION).put("kind", KIND);
        stored.withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put(Namespace.NAME_LABEL, meta.name());
        final Map<String, String> labels = new TreeMap<>(meta.labels());
        labels.put(Namespace.NAME_LABEL, meta.name());
        return new Namespace(
                new ObjectMeta(
                        meta.name(),
                        "",
                        meta.uid(),
                        meta.resourceVersion(),
                        labels,
                        meta.annotations()),
                stored);
    }
}
