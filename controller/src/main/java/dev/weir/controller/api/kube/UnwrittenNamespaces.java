package dev.weir.controller.api.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.apply.ImpliedNamespaces;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.policy.Namespace;
import java.util.Optional;
import java.util.regex.Pattern;

/** Each valid name of a namespace exists; one that was never written has its implied label. */
final class UnwrittenNamespaces {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private UnwrittenNamespaces() {}

    static Optional<JsonNode> find(final Snapshot snapshot, final String name) {
        final Namespace implied = snapshot.impliedNamespaces().get(name);
        if (implied != null) {
            return Optional.of(implied.json());
        }
        return NAME.matcher(name).matches()
                ? Optional.of(ImpliedNamespaces.implied(name, snapshot.resourceVersion()).json())
                : Optional.empty();
    }
}
