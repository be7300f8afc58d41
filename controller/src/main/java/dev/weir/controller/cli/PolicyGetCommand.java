package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.text.TextTable;
import java.util.List;

/** {@code weir policy get [NAME]}. */
final class PolicyGetCommand extends WeirCommand {
    private static final String CLUSTER_POLICIES =
            "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";

    private final Output output = new Output(args);

    private final Arg<String> name =
            args.add(
                    Args.parameter("0", "NAME", "One policy; else all.")
                            .type(String.class)
                            .arity("0..1"));

    private final Arg<String> namespace =
            args.text("-n,--namespace", "NAME", "Namespace; else default.");

    private final Arg<Boolean> everywhere =
            args.flag("-A,--all-namespaces", "Those of every namespace.");

    private final Arg<Boolean> cluster =
            args.flag("--cluster", "ClusterNetworkPolicies; they have no namespace.");

    PolicyGetCommand() {
        super(
                "get",
                "The policies in force; -o wide: with each rule in words and what it decided.");
    }

    @Override
    public Integer call() {
        if (cluster.value()) {
            return cluster();
        }
        if (everywhere.value() && (name.value() != null || namespace.value() != null)) {
            throw usage("--all-namespaces goes with neither a name nor --namespace");
        }
        final JsonNode answer = agent().get(path());
        if (!output.forPeople()) {
            out().print(output.text(answer));
            return Cli.DONE;
        }
        final Iterable<JsonNode> policies =
                name.value() == null ? answer.path("items") : List.of(answer);
        final TextTable table =
                output.wide()
                        ? new TextTable(
                                "NAMESPACE",
                                "NAME",
                                "POD-SELECTOR",
                                "TYPES",
                                "INGRESS",
                                "EGRESS",
                                "VERSION",
                                "CREATED")
                        : new TextTable("NAMESPACE", "NAME", "POD-SELECTOR", "TYPES");
        for (final JsonNode policy : policies) {
            row(table, policy);
        }
        out().print(table.isEmpty() ? "no policies" + where() + "\n" : table);
        if (output.wide() && !table.isEmpty()) {
            out().println();
            out().print(rules(agent().get(rulesPath())));
        }
        return Cli.DONE;
    }

    private int cluster() {
        if (everywhere.value() || namespace.value() != null) {
            throw usage("--cluster goes with neither --all-namespaces nor --namespace");
        }
        final JsonNode answer =
                agent().get(
                                CLUSTER_POLICIES
                                        + (name.value() == null
                                                ? ""
                                                : "/" + encoded(name.value())));
        if (!output.forPeople()) {
            out().print(output.text(answer));
            return Cli.DONE;
        }
        final TextTable table =
                new TextTable("NAME", "TIER", "PRIORITY", "SUBJECT", "INGRESS", "EGRESS");
        for (final JsonNode policy :
                name.value() == null ? answer.path("items") : List.of(answer)) {
            final JsonNode spec = policy.path("spec");
            table.row(
                    policy.path("metadata").path("name").asText(),
                    spec.path("tier").asText(),
                    spec.path("priority").asText(),
                    subject(spec.path("subject")),
                    spec.path("ingress").size() + " rules",
                    spec.path("egress").size() + " rules");
        }
        out().print(table.isEmpty() ? "no cluster policies\n" : table);
        if (output.wide() && !table.isEmpty()) {
            final String one = name.value() == null ? "" : "&policy=" + encoded(name.value());
            out().println();
            out().print(rules(agent().get("/v1/rules?kind=ClusterNetworkPolicy" + one)));
        }
        return Cli.DONE;
    }

    private static String subject(final JsonNode subject) {
        final JsonNode pods = subject.path("pods");
        return pods.isObject()
                ? "pods "
                        + SelectorText.of(pods.path("podSelector"))
                        + " in "
                        + SelectorText.of(pods.path("namespaceSelector"))
                : "namespaces " + SelectorText.of(subject.path("namespaces"));
    }

    /** What each rule says, and what it has decided so far. */
    private static TextTable rules(final JsonNode answer) {
        final TextTable table =
                new TextTable("POLICY", "RULE", "SAYS", "VERDICT", "PACKETS", "BYTES", "LAST-HIT");
        for (final JsonNode rule : answer.path("items")) {
            table.row(
                    (rule.has("namespace") ? rule.path("namespace").asText() + "/" : "")
                            + rule.path("policy").asText(),
                    rule.path("rule").asText(),
                    rule.path("words").asText(),
                    rule.path("verdict").asText(),
                    rule.path("packets").asText(),
                    rule.path("bytes").asText(),
                    rule.path("lastHit").asText());
        }
        return table;
    }

    private String rulesPath() {
        final String all = "/v1/rules?kind=NetworkPolicy";
        final String in = namespace.value() == null ? "default" : namespace.value();
        return all
                + (everywhere.value() ? "" : "&namespace=" + encoded(in))
                + (name.value() == null ? "" : "&policy=" + encoded(name.value()));
    }

    private String path() {
        if (everywhere.value()) {
            return PolicyPaths.everywhere();
        }
        final String in = namespace.value() == null ? "default" : namespace.value();
        return name.value() == null ? PolicyPaths.in(in) : PolicyPaths.named(in, name.value());
    }

    private String where() {
        return everywhere.value()
                ? ""
                : " in namespace " + (namespace.value() == null ? "default" : namespace.value());
    }

    private void row(final TextTable table, final JsonNode policy) {
        final JsonNode metadata = policy.path("metadata");
        final JsonNode spec = policy.path("spec");
        final String in = metadata.path("namespace").asText();
        final String called = metadata.path("name").asText();
        final String selector = SelectorText.of(spec.path("podSelector"));
        final String types = SelectorText.joined(spec.path("policyTypes"));
        if (output.wide()) {
            table.row(
                    in,
                    called,
                    selector,
                    types,
                    spec.path("ingress").size() + " rules",
                    spec.path("egress").size() + " rules",
                    metadata.path("resourceVersion").asText(),
                    metadata.path("creationTimestamp").asText());
        } else {
            table.row(in, called, selector, types);
        }
    }
}
