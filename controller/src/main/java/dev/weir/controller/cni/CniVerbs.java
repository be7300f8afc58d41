package dev.weir.controller.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.ContainerEndpoints;
import dev.weir.controller.apply.ControllerException;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.layout.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ADD, DEL, CHECK, STATUS and GC. From any thread. */
public final class CniVerbs {
    private static final Logger LOG = LoggerFactory.getLogger(CniVerbs.class);

    private final ContainerEndpoints endpoints;
    private final BooleanSupplier notesWorkedOff;

    /**
     * Over the applier.
     *
     * @param notesWorkedOff false while deletes wait that came when no agent ran: an ADD must not
     *     overtake the DEL of the container that had its name
     */
    public CniVerbs(final ContainerEndpoints endpoints, final BooleanSupplier notesWorkedOff) {
        this.endpoints = endpoints;
        this.notesWorkedOff = notesWorkedOff;
    }

    /** Carries out one verb; completes normally also when the verb failed. */
    public CompletableFuture<CniAnswer> call(final ObjectNode message) {
        String version = "";
        try {
            version = message.path("config").path("cniVersion").asText("");
            final CniRequest request = CniRequest.of(message);
            final String spoken = version;
            return carryOut(request)
                    .exceptionally(thrown -> failed(request.command(), spoken, thrown));
        } catch (final CniError e) {
            return CompletableFuture.completedFuture(
                    failed(message.path("command").asText(), version, e));
        }
    }

    private CompletableFuture<CniAnswer> carryOut(final CniRequest request) {
        return switch (request.command()) {
            case "ADD" -> add(request);
            case "DEL" ->
                    endpoints
                            .detach(request.containerId(), request.ifname(), "")
                            .thenApply(old -> CniAnswer.NOTHING);
            case "CHECK" -> check(request);
            case "STATUS" -> status();
            case "GC" -> collect(request);
            default ->
                    throw new CniError(
                            CniError.INVALID_ENVIRONMENT,
                            "command: "
                                    + request.command()
                                    + " (expected: ADD, DEL, CHECK, STATUS or GC)");
        };
    }

    private CompletableFuture<CniAnswer> add(final CniRequest request) {
        required("CNI_CONTAINERID", request.containerId());
        required("CNI_NETNS", request.netns());
        required("CNI_IFNAME", request.ifname());
        final ObjectNode previous = CniResult.previous(request);
        final AttachRequest attach =
                new AttachRequest(
                        Optional.of(request.netns()),
                        OptionalInt.empty(),
                        request.containerId(),
                        request.ifname(),
                        request.network(),
                        request.namespace(),
                        request.pod(),
                        request.labels(),
                        request.ports(),
                        CniResult.addresses(previous, request.ifname()),
                        false);
        if (!notesWorkedOff.getAsBoolean()) {
            throw new CniError(
                    CniError.TRY_AGAIN_LATER, "the agent is starting", "it will be ready soon");
        }
        return endpoints
                .attach(attach)
                .thenApply(
                        endpoint ->
                                new CniAnswer(
                                        false,
                                        Optional.of(CniResult.in(request.version(), previous))));
    }

    private static void required(final String name, final String value) {
        if (value.isEmpty()) {
            throw new CniError(
                    CniError.INVALID_ENVIRONMENT, name + ": missing (expected: a value)");
        }
    }

    private CompletableFuture<CniAnswer> check(final CniRequest request) {
        final List<IpAddress> expected =
                CniResult.addresses(CniResult.previous(request), request.ifname());
        final Optional<Endpoint> endpoint =
                endpoints.snapshot().endpoints().values().stream()
                        .filter(each -> each.containerId().equals(request.containerId()))
                        .filter(each -> each.containerInterface().equals(request.ifname()))
                        .findFirst();
        if (endpoint.isEmpty()) {
            throw new CniError(
                    CniError.UNKNOWN_CONTAINER,
                    "container "
                            + request.containerId()
                            + " is not attached on "
                            + request.ifname());
        }
        return endpoints
                .check(request.containerId(), request.ifname())
                .thenApply(
                        found -> {
                            final List<String> problems = new ArrayList<>(found);
                            expected.stream()
                                    .filter(each -> !endpoint.get().addresses().contains(each))
                                    .forEach(
                                            each ->
                                                    problems.add(
                                                            "address "
                                                                    + each
                                                                    + " of prevResult is not the"
                                                                    + " endpoint's"));
                            if (!problems.isEmpty()) {
                                throw new CniError(
                                        CniError.NOT_AS_IT_SHOULD_BE,
                                        "container "
                                                + request.containerId()
                                                + ": "
                                                + String.join("; ", problems));
                            }
                            return CniAnswer.NOTHING;
                        });
    }

    private CompletableFuture<CniAnswer> status() {
        if (!notesWorkedOff.getAsBoolean()) {
            throw new CniError(CniError.NOT_AVAILABLE, "the agent is starting");
        }
        return CompletableFuture.completedFuture(CniAnswer.NOTHING);
    }

    /** Detaches what the network's list does not have; goes on after errors, and tells them. */
    private CompletableFuture<CniAnswer> collect(final CniRequest request) {
        final JsonNode list = request.config().path("cni.dev/valid-attachments");
        // null is what libcni makes of an empty list.
        if (!list.isArray() && !list.isNull()) {
            throw CniRequest.invalid(
                    "cni.dev/valid-attachments", list, "a list of {containerID, ifname}");
        }
        if (request.network().isEmpty()) {
            throw CniRequest.invalid("name", request.config().path("name"), "the network's name");
        }
        final Set<List<String>> valid = new HashSet<>();
        for (final JsonNode each : list) {
            if (!each.path("containerID").isTextual() || !each.path("ifname").isTextual()) {
                throw CniRequest.invalid(
                        "cni.dev/valid-attachments", each, "{containerID, ifname}");
            }
            valid.add(List.of(each.path("containerID").asText(), each.path("ifname").asText()));
        }
        final List<CompletableFuture<Optional<Endpoint>>> removals =
                endpoints.snapshot().endpoints().values().stream()
                        .filter(each -> each.network().equals(request.network()))
                        .filter(
                                each ->
                                        !valid.contains(
                                                List.of(
                                                        each.containerId(),
                                                        each.containerInterface())))
                        .map(
                                each ->
                                        endpoints.detach(
                                                each.containerId(), each.containerInterface(), ""))
                        .toList();
        return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new))
                .thenApply(done -> CniAnswer.NOTHING);
    }

    private static CniAnswer failed(
            final String command, final String version, final Throwable thrown) {
        final Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        final CniError error = cniError(cause);
        LOG.warn("CNI {} failed with {}: {}", command, error.code(), error.getMessage());
        final ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("cniVersion", version.isEmpty() ? "1.1.0" : version);
        body.put("code", error.code());
        body.put("msg", error.getMessage());
        body.put("details", error.details());
        return new CniAnswer(true, Optional.of(body));
    }

    private static CniError cniError(final Throwable cause) {
        if (cause instanceof CniError error) {
            return error;
        }
        if (cause instanceof ControllerException refused) {
            return new CniError(code(refused), refused.getMessage());
        }
        LOG.error("a CNI call failed", cause);
        return new CniError(CniError.IO_FAILURE, cause.toString());
    }

    private static int code(final ControllerException refused) {
        final String field = refused.causes().isEmpty() ? "" : refused.causes().get(0).field();
        return switch (refused.code()) {
            case 409 -> CniError.TAKEN;
            case 422 ->
                    field.startsWith("tables.")
                            ? CniError.NO_ROOM
                            : field.equals("netns")
                                            || field.equals("containerId")
                                            || field.equals("namespace")
                                    ? CniError.INVALID_ENVIRONMENT
                                    : CniError.INVALID_CONFIG;
            case 503 -> CniError.TRY_AGAIN_LATER;
            default -> CniError.IO_FAILURE;
        };
    }
}
