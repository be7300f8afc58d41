package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.ChangeLog.Change;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.store.ObjectKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The namespaces that are there because something is in them, though nobody wrote them; and {@code
 * default}. They come and go with what is in them, and who watches namespaces is told.
 */
public final class ImpliedNamespaces {
    private ImpliedNamespaces() {}

    /**
     * A namespace that was never written: its implied label and nothing else.
     *
     * @param version resource version from which it is there
     */
    public static Namespace implied(final String name, final long version) {
        final ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", NamespaceParser.KIND).put("apiVersion", NamespaceParser.API_VERSION);
        final ObjectNode metadata = object.putObject("metadata").put("name", name);
        // The same each time, and never that of a namespace that was written.
        final byte[] seed = ("implied namespace " + name).getBytes(StandardCharsets.UTF_8);
        metadata.put("uid", UUID.nameUUIDFromBytes(seed).toString());
        metadata.put("resourceVersion", Long.toString(version));
        metadata.putNull("creationTimestamp");
        metadata.putObject("labels").put(Namespace.NAME_LABEL, name);
        object.putObject("spec").putArray("finalizers").add("kubernetes");
        object.putObject("status").put("phase", "Active");
        return NamespaceParser.parse(object);
    }

    /**
     * Those of {@code model}.
     *
     * @param before those of the state before
     * @param changes since then; what becomes of implied ones is put in
     * @param versions gives the next resource version
     */
    static SortedMap<String, Namespace> of(
            final Model model,
            final SortedMap<String, Namespace> before,
            final List<Change> changes,
            final LongSupplier versions) {
        final Set<String> names = names(model);
        changes.replaceAll(change -> complete(change, before, names));
        final SortedMap<String, Namespace> after = new TreeMap<>();
        for (final Change change : changes) {
            if (change.kind() == ObjectKind.NAMESPACE && names.contains(change.key())) {
                after.put(change.key(), NamespaceParser.parse(change.after()));
            }
        }
        for (final String name : names) {
            final Namespace known = before.get(name);
            if (known != null) {
                after.put(name, known);
            } else if (!after.containsKey(name)) {
                final long version = versions.getAsLong();
                after.put(name, implied(name, version));
                changes.add(
                        new Change(
                                version, ObjectKind.NAMESPACE, name, null, after.get(name).json()));
            }
        }
        before.forEach(
                (name, gone) -> {
                    if (!names.contains(name) && !model.namespaces().containsKey(name)) {
                        changes.add(
                                new Change(
                                        versions.getAsLong(),
                                        ObjectKind.NAMESPACE,
                                        name,
                                        gone.json(),
                                        null));
                    }
                });
        return after;
    }

    /** One that is written was implied before; one that is removed may be implied afterwards. */
    private static Change complete(
            final Change change,
            final SortedMap<String, Namespace> before,
            final Set<String> names) {
        if (change.kind() != ObjectKind.NAMESPACE) {
            return change;
        }
        final Namespace was = before.get(change.key());
        return new Change(
                change.version(),
                change.kind(),
                change.key(),
                change.before() == null && was != null ? was.json() : change.before(),
                change.after() == null && names.contains(change.key())
                        ? implied(change.key(), change.version()).json()
                        : change.after());
    }

    private static Set<String> names(final Model model) {
        final Set<String> names = new TreeSet<>();
        names.add("default");
        model.endpoints().values().forEach(endpoint -> names.add(endpoint.namespace()));
        model.policies().values().forEach(policy -> names.add(policy.meta().namespace()));
        names.removeAll(model.namespaces().keySet());
        return names;
    }
}
