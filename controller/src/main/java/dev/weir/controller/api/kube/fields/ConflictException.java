package dev.weir.controller.api.kube.fields;

import dev.weir.controller.api.http.Details;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** An apply would change fields that others own; worded as the API server words it. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Details.Cause> causes;

    ConflictException(final SortedMap<FieldPath, FieldOwner> conflicts) {
        super(message(conflicts), null, false, false);
        final List<Details.Cause> all = new ArrayList<>();
        conflicts.forEach(
                (path, owner) ->
                        all.add(
                                new Details.Cause(
                                        "FieldManagerConflict",
                                        "conflict with " + shown(owner),
                                        path.toString())));
        causes = List.copyOf(all);
    }

    private static String message(final SortedMap<FieldPath, FieldOwner> conflicts) {
        final StringBuilder text = new StringBuilder(80);
        text.append("Apply failed with ").append(conflicts.size()).append(" conflict");
        text.append(conflicts.size() == 1 ? ": " : "s: ");
        final List<String> owners =
                conflicts.values().stream().map(ConflictException::shown).distinct().toList();
        final List<String> parts = new ArrayList<>();
        for (final String owner : owners) {
            final List<String> paths =
                    conflicts.entrySet().stream()
                            .filter(each -> shown(each.getValue()).equals(owner))
                            .map(each -> each.getKey().toString())
                            .toList();
            parts.add(
                    conflicts.size() == 1
                            ? "conflict with " + owner + ": " + paths.get(0)
                            : "conflicts with " + owner + ":\n- " + String.join("\n- ", paths));
        }
        return text.append(String.join("\n", parts)).toString();
    }

    private static String shown(final FieldOwner owner) {
        return "\""
                + owner.name()
                + "\""
                + (owner.operation().equals(FieldOwner.APPLY)
                        ? ""
                        : " using " + owner.apiVersion());
    }

    /** Each field with its owner. */
    public List<Details.Cause> causes() {
        return causes;
    }
}
