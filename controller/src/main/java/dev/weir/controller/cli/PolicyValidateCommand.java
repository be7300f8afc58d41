package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.policy.Cause;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicyParser;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code weir policy validate -f FILE}: the agent's own checks, without an agent. */
@CommandLine.Command(
        name = "validate",
        description = "Checks files as the agent would; needs no agent.")
final class PolicyValidateCommand extends WeirCommand {
    @Mixin private ManifestOptions manifests;

    @Override
    public Integer call() {
        int exitCode = Cli.DONE;
        for (final Manifest manifest : manifests.read()) {
            if (!check(manifest)) {
                exitCode = Cli.FAILED;
            }
        }
        return exitCode;
    }

    private boolean check(final Manifest manifest) {
        final String kind = manifest.object().path("kind").asText();
        final String name = manifest.object().path("metadata").path("name").asText();
        final boolean policy = kind.equals("NetworkPolicy");
        if (!policy && !kind.equals("Namespace")) {
            err().println(
                            "weir: "
                                    + manifest.source()
                                    + ": kind: "
                                    + (kind.isEmpty() ? "missing" : kind)
                                    + " (expected: NetworkPolicy, Namespace or List)");
            return false;
        }
        try {
            if (policy) {
                NetworkPolicyParser.parse(withNamespace(manifest.object()));
            } else {
                NamespaceParser.parse(manifest.object());
            }
            final String what = policy ? "networkpolicy/" : "namespace/";
            out().println(manifest.source() + ": " + what + name + " is valid");
            return true;
        } catch (final InvalidObjectException e) {
            for (final Cause cause : e.causes()) {
                err().println("weir: " + manifest.source() + ": " + cause);
            }
            return false;
        }
    }

    /** As the path of a request fills it in. */
    private JsonNode withNamespace(final JsonNode policy) {
        if (!policy.path("metadata").isObject() || policy.path("metadata").has("namespace")) {
            return policy;
        }
        final ObjectNode copy = policy.deepCopy();
        copy.withObject("/metadata").put("namespace", manifests.namespace());
        return copy;
    }
}
