package dev.weir.controller.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@code apiVersion}, {@code kind} and {@code metadata}. */
final class MetaParser {
    private MetaParser() {}

    /** Absent is right: the path of the request says what it is. */
    static void checkType(final FieldReader root, final String apiVersion, final String kind) {
        root.text("apiVersion")
                .filter(given -> !given.equals(apiVersion))
                .ifPresent(
                        given ->
                                root.problems()
                                        .notSupported("apiVersion", given, List.of(apiVersion)));
        root.text("kind")
                .filter(given -> !given.equals(kind))
                .ifPresent(given -> root.problems().notSupported("kind", given, List.of(kind)));
    }

    /**
     * @param namespace the object belongs to, empty if its kind is cluster-wide
     * @param nameRule what its name must be like
     */
    static ObjectMeta parse(
            final FieldReader root,
            final String namespace,
            final Function<String, List<String>> nameRule) {
        final Optional<FieldReader> found = root.object("metadata");
        if (found.isEmpty()) {
            root.problems().required("metadata.name", "name is required");
            return new ObjectMeta("", namespace, null, null, Map.of(), Map.of());
        }
        final FieldReader meta = found.get();
        final String name = name(meta, nameRule);
        checkNamespace(meta, namespace);
        final Map<String, String> labels = meta.textMap("labels");
        checkLabels(labels, meta.path("labels"), meta.problems());
        final Map<String, String> annotations = meta.textMap("annotations");
        checkAnnotations(annotations, meta.path("annotations"), meta.problems());
        final String uid = meta.text("uid").orElse(null);
        final String version = meta.text("resourceVersion").orElse(null);
        readTheRest(meta);
        meta.finish();
        return new ObjectMeta(name, namespace, uid, version, labels, annotations);
    }

    private static String name(
            final FieldReader meta, final Function<String, List<String>> nameRule) {
        final String name = meta.text("name").orElse("");
        if (name.isEmpty()) {
            meta.problems().required(meta.path("name"), "name is required");
        } else {
            nameRule.apply(name)
                    .forEach(wrong -> meta.problems().invalid(meta.path("name"), name, wrong));
        }
        return name;
    }

    private static void checkNamespace(final FieldReader meta, final String namespace) {
        final String field = meta.path("namespace");
        final String given = meta.text("namespace").orElse("");
        if (namespace.isEmpty()) {
            if (!given.isEmpty()) {
                meta.problems().forbidden(field, "not allowed on this type");
            }
            return;
        }
        final String shown = given.isEmpty() ? namespace : given;
        NameRules.dnsLabel(shown).forEach(wrong -> meta.problems().invalid(field, shown, wrong));
        if (!given.isEmpty() && !given.equals(namespace)) {
            meta.problems().invalid(field, given, "does not match the request's " + namespace);
        }
    }

    /** What Kubernetes' metadata may hold beside, of the right type; nothing here reads it. */
    private static void readTheRest(final FieldReader meta) {
        for (final String field :
                List.of("generateName", "selfLink", "creationTimestamp", "deletionTimestamp")) {
            meta.text(field);
        }
        meta.number("generation");
        meta.number("deletionGracePeriodSeconds");
        meta.objects("ownerReferences");
        meta.texts("finalizers");
        meta.objects("managedFields");
    }

    static void checkLabels(
            final Map<String, String> labels, final String path, final Problems problems) {
        labels.forEach(
                (key, value) -> {
                    final String field = path + "[" + key + "]";
                    NameRules.labelKey(key).forEach(wrong -> problems.invalid(field, key, wrong));
                    NameRules.labelValue(value)
                            .forEach(wrong -> problems.invalid(field, value, wrong));
                });
    }

    private static void checkAnnotations(
            final Map<String, String> annotations, final String path, final Problems problems) {
        annotations
                .keySet()
                .forEach(
                        key ->
                                NameRules.annotationKey(key)
                                        .forEach(
                                                wrong ->
                                                        problems.invalid(
                                                                path + "[" + key + "]",
                                                                key,
                                                                wrong)));
        NameRules.annotationSize(annotations).forEach(wrong -> problems.tooLong(path, wrong));
        final String audit = annotations.get(NetworkPolicy.AUDIT_ANNOTATION);
        if (audit != null && !List.of("true", "false").contains(audit)) {
            problems.notSupported(
                    path + "[" + NetworkPolicy.AUDIT_ANNOTATION + "]",
                    audit,
                    List.of("true", "false"));
        }
    }
}
