package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.lint.ClusterPolicyLint;
import dev.weir.controller.lint.LintWarning;
import dev.weir.controller.lint.PolicyLint;
import dev.weir.controller.lint.SetLint;
import dev.weir.controller.lint.Surroundings;
import dev.weir.controller.policy.Cause;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Looks at the objects of files, one after the other. */
final class ManifestCheck {
    private final String namespace;
    private final Optional<Surroundings> surroundings;
    private final Map<String, Manifest> earlier = new HashMap<>();
    private final List<NetworkPolicy> policies = new ArrayList<>();

    /**
     * @param namespace of policies that name none
     * @param surroundings absent: what depends on who is there is not looked at
     */
    ManifestCheck(final String namespace, final Optional<Surroundings> surroundings) {
        this.namespace = namespace;
        this.surroundings = surroundings;
    }

    /** {@code networkpolicy/web}. */
    static String shortName(final Manifest manifest) {
        return kind(manifest).toLowerCase(Locale.ROOT)
                + "/"
                + manifest.object().path("metadata").path("name").asText();
    }

    private static String kind(final Manifest manifest) {
        return manifest.object().path("kind").asText();
    }

    /** Everything about the object, with those that came before it in mind. */
    List<Finding> of(final Manifest manifest) {
        final String object = name(manifest);
        final List<Finding> findings = new ArrayList<>();
        try {
            for (final LintWarning warning : warnings(manifest)) {
                findings.add(Finding.of(manifest, object, warning));
            }
            twice(manifest, object).ifPresent(findings::add);
        } catch (final InvalidObjectException e) {
            for (final Cause cause : e.causes()) {
                findings.add(Finding.of(manifest, object, cause));
            }
        }
        findings.sort(
                Comparator.comparingInt((Finding finding) -> finding.position().line())
                        .thenComparingInt(finding -> finding.position().column()));
        return findings;
    }

    private String name(final Manifest manifest) {
        final String name = shortName(manifest);
        return kind(manifest).equals(NetworkPolicyParser.KIND)
                ? name.replace(
                        "/", "/" + PolicyPaths.namespaceOf(manifest.object(), namespace) + "/")
                : name;
    }

    private List<LintWarning> warnings(final Manifest manifest) {
        final JsonNode object = manifest.object();
        return switch (kind(manifest)) {
            case "NetworkPolicy" -> {
                final NetworkPolicy policy = NetworkPolicyParser.parse(withNamespace(object));
                final List<LintWarning> warnings =
                        new ArrayList<>(PolicyLint.of(policy, object, surroundings));
                SetLint.duplicate(policy, policies).ifPresent(warnings::add);
                policies.add(policy);
                yield warnings;
            }
            case "ClusterNetworkPolicy" ->
                    ClusterPolicyLint.of(ClusterNetworkPolicyParser.parse(object), surroundings);
            case "Namespace" -> {
                NamespaceParser.parse(object);
                yield List.of();
            }
            default ->
                    throw new InvalidObjectException(
                            List.of(
                                    new Cause(
                                            "kind",
                                            "FieldValueNotSupported",
                                            (kind(manifest).isEmpty() ? "missing" : kind(manifest))
                                                    + " (expected: NetworkPolicy,"
                                                    + " ClusterNetworkPolicy, Namespace or"
                                                    + " List)")));
        };
    }

    private Optional<Finding> twice(final Manifest manifest, final String object) {
        final Manifest before = earlier.put(object, manifest);
        return Optional.ofNullable(before)
                .map(
                        first ->
                                Finding.of(
                                        manifest,
                                        object,
                                        new LintWarning(
                                                "metadata.name",
                                                "same-name",
                                                "replaces "
                                                        + object
                                                        + " of "
                                                        + first.file()
                                                        + ":"
                                                        + first.positions().of("").line())));
    }

    /** As the path of a request fills it in. */
    private JsonNode withNamespace(final JsonNode policy) {
        if (!policy.path("metadata").isObject() || policy.path("metadata").has("namespace")) {
            return policy;
        }
        final ObjectNode copy = policy.deepCopy();
        copy.withObject("/metadata").put("namespace", namespace);
        return copy;
    }
}
