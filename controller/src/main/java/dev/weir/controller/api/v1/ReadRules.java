package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.explain.Clause;
import dev.weir.controller.flow.RuleActivity;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /v1/rules}: each rule of each policy in words, and what it has decided so far; all, or
 * those of a {@code kind}, {@code namespace} or {@code policy}.
 */
record ReadRules(Desired desired, RuleActivity activity) implements Handler {
    private static final List<String> FILTERS = List.of("kind", "namespace", "policy");
    private static final Comparator<RuleRef> ORDER =
            Comparator.comparing(RuleRef::kind)
                    .thenComparing(RuleRef::namespace)
                    .thenComparing(RuleRef::name)
                    .thenComparing(RuleRef::direction)
                    .thenComparing(RuleRef::index);

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        for (final String given : request.query().keySet()) {
            if (!FILTERS.contains(given)) {
                throw ApiException.badRequest(
                        "query " + given + " (expected: " + String.join(", ", FILTERS) + ")");
            }
        }
        final Snapshot snapshot = desired.snapshot();
        final ArrayNode items = Json.array();
        snapshot.compiled().rules().values().stream()
                .filter(rule -> is(rule.kind(), request.query("kind")))
                .filter(rule -> is(rule.namespace(), request.query("namespace")))
                .filter(rule -> is(rule.name(), request.query("policy")))
                .sorted(ORDER)
                .forEach(rule -> items.add(rule(rule, snapshot)));
        final ObjectNode body = Json.object();
        body.set("items", items);
        return CompletableFuture.completedFuture(
                Response.json(body.put("revision", snapshot.revision())));
    }

    private static boolean is(final String value, final Optional<String> wanted) {
        return wanted.map(value::equals).orElse(true);
    }

    private ObjectNode rule(final RuleRef rule, final Snapshot snapshot) {
        final Optional<Clause> clause = Clause.of(snapshot.desired(), rule);
        final ObjectNode node = Json.object().put("kind", rule.kind());
        if (!rule.namespace().isEmpty()) {
            node.put("namespace", rule.namespace());
        }
        final RuleActivity.Hits hits = activity.hits(rule.rule());
        node.put("policy", rule.name())
                .put("rule", rule.description())
                .put("direction", rule.direction().name().toLowerCase(Locale.ROOT))
                .put("verdict", verdict(clause))
                .put("words", clause.map(Clause::words).orElse("what no rule allows"))
                .put("number", rule.rule())
                .put("packets", hits.packets())
                .put("bytes", hits.bytes());
        hits.last()
                .ifPresent(
                        time ->
                                node.put(
                                        "lastHit",
                                        time.truncatedTo(ChronoUnit.SECONDS).toString()));
        return node;
    }

    /** Of the packets that it decides; without a clause it is what an audited policy would deny. */
    private static String verdict(final Optional<Clause> clause) {
        return clause.map(
                        rule ->
                                switch (rule.action()) {
                                    case ACCEPT -> "allowed";
                                    case DENY -> rule.audit() ? "audit" : "denied";
                                    case PASS -> "pass";
                                })
                .orElse("audit");
    }
}
