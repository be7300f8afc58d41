package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.explain.VerdictAnswer;
import dev.weir.controller.verify.KernelOpinion;
import java.util.Locale;
import java.util.Optional;

/** Verdicts as REST shows them. */
final class VerdictView {
    private VerdictView() {}

    /** The question, and the answer beside it. */
    static ObjectNode of(final ObjectNode question, final VerdictAnswer answer) {
        final ObjectNode body = Json.object().put("verdict", lower(answer.verdict()));
        body.setAll(question);
        answer.egress().ifPresent(side -> body.set("egress", side(side)));
        answer.ingress().ifPresent(side -> body.set("ingress", side(side)));
        answer.hints().forEach(body.putArray("hints")::add);
        return body.put("supposed", answer.supposed());
    }

    /**
     * Puts the kernel's opinion beside what {@code side} says; empty: policy changed all the while.
     */
    static void put(
            final ObjectNode body,
            final VerdictAnswer.Side side,
            final Optional<KernelOpinion> opinion) {
        final ObjectNode node =
                ((ObjectNode) body.get(lower(side.direction()))).putObject("kernel");
        final Optional<KernelOpinion.Said> said = opinion.flatMap(KernelOpinion::said);
        node.put("asked", said.isPresent());
        if (said.isEmpty()) {
            node.put(
                    "message",
                    opinion.flatMap(KernelOpinion::notAsked)
                            .orElse("policy changed with each attempt"));
            return;
        }
        node.put("agrees", said.get().agrees())
                .put("verdict", lower(said.get().verdict()))
                .put("reason", said.get().reason().text());
        said.get().rule().ifPresent(rule -> node.put("rule", rule));
        node.put("revision", said.get().revision());
    }

    private static ObjectNode side(final VerdictAnswer.Side side) {
        final ObjectNode node =
                Json.object()
                        .put("verdict", lower(side.verdict()))
                        .put("reason", side.reason().text());
        side.rule().ifPresent(rule -> node.set("policy", policy(rule)));
        side.decided().ifPresent(words -> node.put("decided", words));
        side.rule()
                .flatMap(rule -> matched(side, rule))
                .ifPresent(words -> node.put("matched", words));
        side.isolatedBy().forEach(node.putArray("isolatedBy")::add);
        node.put("peer", side.peer());
        side.remote().ifPresent(address -> node.put("address", address.toString()));
        node.put("message", side.message());
        final ArrayNode rules = node.putArray("rules");
        side.rules().forEach(rule -> rules.add(rule(rule)));
        if (side.rulesLeftOut() > 0) {
            node.put("rulesLeftOut", side.rulesLeftOut());
        }
        final ArrayNode without = node.putArray("without");
        side.without()
                .forEach(
                        other ->
                                without.addObject()
                                        .put("kind", other.kind())
                                        .put("policy", other.policy())
                                        .put("verdict", lower(other.verdict()))
                                        .put("reason", other.reason().text())
                                        .put("message", other.message()));
        return node;
    }

    private static Optional<String> matched(final VerdictAnswer.Side side, final RuleRef rule) {
        return side.rules().stream()
                .filter(each -> each.policy().equals(rule.policy()))
                .filter(each -> each.rule().equals(rule.description()))
                .findFirst()
                .flatMap(VerdictAnswer.RuleCheck::matched);
    }

    /** As in a flow record. */
    private static ObjectNode policy(final RuleRef rule) {
        final ObjectNode node = Json.object().put("kind", rule.kind());
        if (!rule.namespace().isEmpty()) {
            node.put("namespace", rule.namespace());
        }
        return node.put("name", rule.name()).put("rule", rule.description());
    }

    private static ObjectNode rule(final VerdictAnswer.RuleCheck rule) {
        final ObjectNode node =
                Json.object()
                        .put("kind", rule.kind())
                        .put("policy", rule.policy())
                        .put("rule", rule.rule())
                        .put("tier", rule.tier())
                        .put("audit", rule.audit())
                        .put("words", rule.words())
                        .put("matches", rule.mismatch().isEmpty());
        rule.matched().ifPresent(words -> node.put("matched", words));
        rule.mismatch()
                .ifPresent(
                        words -> {
                            rule.differs().forEach(node.putArray("differs")::add);
                            node.put("mismatch", words);
                        });
        return node;
    }

    private static String lower(final Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
