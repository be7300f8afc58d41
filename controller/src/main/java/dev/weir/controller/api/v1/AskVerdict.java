package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.compile.Explainer;
import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.compile.VerdictAnswer;
import dev.weir.controller.compile.VerdictQuery;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/verdict}: what would become of a new connection, from the compiled state that the
 * kernel holds.
 */
record AskVerdict(Desired desired) implements Handler {
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("TCP", 6, "UDP", 17, "SCTP", 132, "ICMP", 1, "ICMPV6", 58);
    private static final Details ABOUT = Details.of("", "verdict", "");

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ObjectNode question = request.object();
        final Snapshot snapshot = desired.snapshot();
        final Fields fields = Fields.of(question).only("from", "to", "protocol", "port");
        final VerdictParties parties = new VerdictParties(snapshot, fields);
        final VerdictQuery.Party from = parties.read(question, "from");
        final VerdictQuery.Party to = parties.read(question, "to");
        final int protocol = protocol(question, fields);
        final boolean hasPort = protocol == 6 || protocol == 17 || protocol == 132;
        if (hasPort) {
            fields.require("port");
        } else if (fields.has("port")) {
            fields.invalid("port", "given (expected: none for a protocol without ports)");
        }
        final int port = fields.number("port", 1, 65_535).orElse(0);
        fields.check(ABOUT);
        final VerdictAnswer answer =
                Explainer.explain(
                        snapshot.compiled(),
                        snapshot.desired(),
                        new VerdictQuery(from, to, protocol, port));
        return CompletableFuture.completedFuture(
                Response.json(body(question, answer).put("revision", snapshot.revision())));
    }

    private static int protocol(final ObjectNode question, final Fields fields) {
        if (question.path("protocol").isInt()) {
            return fields.number("protocol", 0, 255).orElse(0);
        }
        final String name = fields.text("protocol").orElse("TCP");
        final Integer number = PROTOCOLS.get(name.toUpperCase(Locale.ROOT));
        if (number != null) {
            return number;
        }
        if (name.matches("[0-9]{1,3}") && Integer.parseInt(name) <= 255) {
            return Integer.parseInt(name);
        }
        fields.invalid("protocol", name + " (expected: TCP, UDP, SCTP, ICMP, ICMPv6 or 0-255)");
        return 0;
    }

    private static ObjectNode body(final ObjectNode question, final VerdictAnswer answer) {
        final ObjectNode body = Json.object().put("verdict", lower(answer.verdict()));
        body.setAll(question);
        answer.egress().ifPresent(side -> body.set("egress", side(side)));
        answer.ingress().ifPresent(side -> body.set("ingress", side(side)));
        return body;
    }

    private static ObjectNode side(final VerdictAnswer.Side side) {
        final ObjectNode node =
                Json.object()
                        .put("verdict", lower(side.verdict()))
                        .put("reason", side.reason().text());
        side.rule().ifPresent(rule -> node.set("policy", policy(rule)));
        side.isolatedBy().forEach(node.putArray("isolatedBy")::add);
        return node.put("peer", side.peer()).put("message", side.message());
    }

    /** As in a flow record. */
    private static ObjectNode policy(final RuleRef rule) {
        return Json.object()
                .put("kind", rule.kind())
                .put("namespace", rule.namespace())
                .put("name", rule.name())
                .put("rule", rule.description());
    }

    private static String lower(final Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
