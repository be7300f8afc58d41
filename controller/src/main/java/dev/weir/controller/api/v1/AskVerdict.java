package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Details;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.apply.Snapshot;
import dev.weir.controller.explain.Explainer;
import dev.weir.controller.explain.VerdictAnswer;
import dev.weir.controller.explain.VerdictQuery;
import dev.weir.controller.verify.KernelCheck;
import dev.weir.controller.verify.KernelOpinion;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code POST /v1/verdict}: what would become of a new connection, from the compiled state that the
 * kernel holds, and what the kernel says to that.
 */
record AskVerdict(Desired desired, KernelCheck kernel) implements Handler {
    /** Revisions that may come in force while one question is answered. */
    private static final int ATTEMPTS = 5;

    private static final Map<String, Integer> PROTOCOLS =
            Map.of("TCP", 6, "UDP", 17, "SCTP", 132, "ICMP", 1, "ICMPV6", 58);
    private static final Map<Integer, String> PORTED = Map.of(6, "TCP", 17, "UDP", 132, "SCTP");
    private static final Details ABOUT = Details.of("", "verdict", "");

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ObjectNode question = request.object();
        ObjectNode body = answer(question, false);
        for (int attempt = 1; attempt < ATTEMPTS && body == null; attempt++) {
            body = answer(question, attempt == ATTEMPTS - 1);
        }
        return CompletableFuture.completedFuture(Response.json(body));
    }

    /**
     * Null if another revision came in force meanwhile, unless this is the {@code last} attempt.
     */
    private ObjectNode answer(final ObjectNode question, final boolean last) {
        final Snapshot snapshot = desired.snapshot();
        final Fields fields = Fields.of(question).only("from", "to", "protocol", "port");
        final VerdictParties parties = new VerdictParties(snapshot, fields);
        final VerdictQuery.Party from = parties.read(question, "from");
        final VerdictQuery.Party to = parties.read(question, "to");
        final int protocol = protocol(question, fields);
        final int port = port(question, fields, protocol, parties, to);
        fields.check(ABOUT);
        final VerdictQuery query = new VerdictQuery(from, to, protocol, port, parties.namespaces());
        final VerdictAnswer answer =
                Explainer.explain(snapshot.compiled(), snapshot.desired(), query);
        final ObjectNode body = VerdictView.of(question, answer);
        for (final VerdictAnswer.Side side :
                Stream.of(answer.egress(), answer.ingress()).flatMap(Optional::stream).toList()) {
            final Optional<KernelOpinion> opinion = opinion(side, query, answer, snapshot);
            if (opinion.isEmpty() && !last) {
                return null;
            }
            VerdictView.put(body, side, opinion);
        }
        if (!question.path("port").isMissingNode() && port != question.path("port").asInt()) {
            body.put("portNumber", port);
        }
        return body.put("revision", snapshot.revision());
    }

    private Optional<KernelOpinion> opinion(
            final VerdictAnswer.Side side,
            final VerdictQuery query,
            final VerdictAnswer answer,
            final Snapshot snapshot) {
        return kernel.check(
                side,
                answer.supposed()
                        ? Optional.empty()
                        : Optional.ofNullable(snapshot.desired().endpoints().get(side.endpoint())),
                query,
                snapshot.compiled(),
                snapshot.revision());
    }

    /** A number, or a name that the receiver has given one. */
    private static int port(
            final ObjectNode question,
            final Fields fields,
            final int protocol,
            final VerdictParties parties,
            final VerdictQuery.Party to) {
        if (!PORTED.containsKey(protocol)) {
            if (fields.has("port")) {
                fields.invalid("port", "given (expected: none for a protocol without ports)");
            }
            return 0;
        }
        fields.require("port");
        if (!question.path("port").isTextual()) {
            return fields.number("port", 1, 65_535).orElse(0);
        }
        return fields.text("port")
                .map(name -> parties.named(to, name, PORTED.get(protocol)))
                .orElse(0);
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
}
