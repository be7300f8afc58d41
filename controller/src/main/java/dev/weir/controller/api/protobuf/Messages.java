package dev.weir.controller.api.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * Kubernetes' messages, from its {@code generated.proto} files: {@code runtime}, {@code meta/v1},
 * {@code core/v1}, {@code networking/v1} and {@code util/intstr}. A number never changes there.
 */
final class Messages {
    /** {@code runtime.Unknown}. */
    static final Message ENVELOPE =
            new Message()
                    .keptMessage(1, "typeMeta", new Message().text(1, "apiVersion").text(2, "kind"))
                    .bytes(2, "raw")
                    .text(3, "contentEncoding")
                    .text(4, "contentType");

    private static final int LAST_YEAR = 9999;
    private static final JsonNode ZERO = IntNode.valueOf(0);
    private static final JsonNode NOTHING = TextNode.valueOf("");

    private static final Message TIME =
            new Message().keptNumber(1, "seconds").keptNumber(2, "nanos");

    private static final Message OWNER =
            new Message()
                    .text(1, "kind")
                    .text(3, "name")
                    .text(4, "uid")
                    .text(5, "apiVersion")
                    .keptFlag(6, "controller")
                    .keptFlag(7, "blockOwnerDeletion");

    private static final Message MANAGER =
            new Message()
                    .text(1, "manager")
                    .text(2, "operation")
                    .text(3, "apiVersion")
                    .reading(4, "time", TIME, Messages::time)
                    .text(6, "fieldsType")
                    .reading(7, "fieldsV1", new Message().bytes(1, "raw"), Messages::json)
                    .text(8, "subresource");

    private static final Message METADATA =
            new Message()
                    .text(1, "name")
                    .text(2, "generateName")
                    .text(3, "namespace")
                    .text(4, "selfLink")
                    .text(5, "uid")
                    .text(6, "resourceVersion")
                    .number(7, "generation")
                    .reading(8, "creationTimestamp", TIME, Messages::time)
                    .reading(9, "deletionTimestamp", TIME, Messages::time)
                    .keptNumber(10, "deletionGracePeriodSeconds")
                    .pairs(11, "labels")
                    .pairs(12, "annotations")
                    .messages(13, "ownerReferences", OWNER)
                    .texts(14, "finalizers")
                    .messages(17, "managedFields", MANAGER);

    private static final Message CONDITION =
            new Message()
                    .text(1, "type")
                    .text(2, "status")
                    .reading(4, "lastTransitionTime", TIME, Messages::time)
                    .text(5, "reason")
                    .text(6, "message");

    private static final Message NAMESPACE =
            new Message()
                    .keptMessage(1, "metadata", METADATA)
                    .message(2, "spec", new Message().texts(1, "finalizers"))
                    .message(
                            3,
                            "status",
                            new Message().text(1, "phase").messages(2, "conditions", CONDITION));

    private static final Message SELECTOR =
            new Message()
                    .pairs(1, "matchLabels")
                    .messages(
                            2,
                            "matchExpressions",
                            new Message()
                                    .keptText(1, "key")
                                    .keptText(2, "operator")
                                    .texts(3, "values"));

    private static final Message PORT =
            new Message()
                    .keptText(1, "protocol")
                    .reading(
                            2,
                            "port",
                            new Message()
                                    .keptNumber(1, "type")
                                    .keptNumber(2, "number")
                                    .keptText(3, "text"),
                            Messages::numberOrText)
                    .keptNumber(3, "endPort");

    private static final Message PEER =
            new Message()
                    .keptMessage(1, "podSelector", SELECTOR)
                    .keptMessage(2, "namespaceSelector", SELECTOR)
                    .keptMessage(
                            3, "ipBlock", new Message().keptText(1, "cidr").texts(2, "except"));

    /** Its status is of Kubernetes 1.24 to 1.27. */
    private static final Message NETWORK_POLICY =
            new Message()
                    .keptMessage(1, "metadata", METADATA)
                    .keptMessage(
                            2,
                            "spec",
                            new Message()
                                    .keptMessage(1, "podSelector", SELECTOR)
                                    .messages(2, "ingress", rule("from"))
                                    .messages(3, "egress", rule("to"))
                                    .texts(4, "policyTypes"))
                    .message(3, "status", new Message());

    static final Message DELETE_OPTIONS =
            new Message()
                    .keptNumber(1, "gracePeriodSeconds")
                    .keptMessage(
                            2,
                            "preconditions",
                            new Message().keptText(1, "uid").keptText(2, "resourceVersion"))
                    .keptFlag(3, "orphanDependents")
                    .keptText(4, "propagationPolicy")
                    .texts(5, "dryRun");

    /** By {@code apiVersion} and {@code kind}. */
    static final Map<String, Message> OBJECTS =
            Map.of(
                    "v1 Namespace", NAMESPACE,
                    "networking.k8s.io/v1 NetworkPolicy", NETWORK_POLICY);

    private Messages() {}

    private static Message rule(final String peers) {
        return new Message().messages(1, "ports", PORT).messages(2, peers, PEER);
    }

    /**
     * To the second, as Kubernetes has it; nothing for the zero of Go, which is an empty message.
     */
    private static Optional<JsonNode> time(final ObjectNode message) throws IOException {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        try {
            final Instant time =
                    Instant.ofEpochSecond(
                            message.path("seconds").asLong(), message.path("nanos").asLong());
            final int year = time.atOffset(ZoneOffset.UTC).getYear();
            if (year < 1 || year > LAST_YEAR) {
                throw new IOException("year " + year + " (expected: 1 to 9999)");
            }
            return Optional.of(TextNode.valueOf(time.truncatedTo(ChronoUnit.SECONDS).toString()));
        } catch (final DateTimeException | ArithmeticException e) {
            throw new IOException("no time: " + message, e);
        }
    }

    /** {@code IntOrString}. */
    private static Optional<JsonNode> numberOrText(final ObjectNode message) throws IOException {
        final int type = message.path("type").asInt();
        return switch (type) {
            case 0 -> Optional.of(message.has("number") ? message.get("number") : ZERO);
            case 1 -> Optional.of(message.has("text") ? message.get("text") : NOTHING);
            default -> throw new IOException("type " + type + " (expected: 0 or 1)");
        };
    }

    /** {@code FieldsV1}: JSON as it is. */
    private static Optional<JsonNode> json(final ObjectNode message) throws IOException {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Json.read(
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(message.path("raw").binaryValue()))
                                .toString()));
    }
}
