package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiErrors;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/cni}: 200 with what the plugin prints, or else the CNI error that it prints. The
 * caller is the plugin, so every error here has that shape.
 */
record CallCni(CniService cni) implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(CallCni.class);
    private static final List<String> COMMANDS = List.of("ADD", "DEL", "CHECK", "STATUS", "GC");
    private static final int TRY_AGAIN = 11;

    /** First of the codes that CNI leaves to plugins. */
    private static final int OUR_FAILURE = 100;

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final ObjectNode call = request.object();
        final String command = call.path("command").asText("");
        if (!COMMANDS.contains(command)) {
            throw ApiException.badRequest(
                    "command: " + command + " (expected: " + String.join(", ", COMMANDS) + ")");
        }
        if (!call.path("config").isObject()) {
            throw ApiException.badRequest("config: missing (expected: an object)");
        }
        return cni.call(call).handle((reply, failure) -> answer(call, reply, failure));
    }

    private static Response answer(
            final ObjectNode call, final CniService.Reply reply, final Throwable failure) {
        if (failure != null) {
            final ApiException error = ApiErrors.translate(failure, null);
            return failed(
                    call,
                    Json.object()
                            .put("cniVersion", call.path("config").path("cniVersion").asText(""))
                            .put("code", error.code() == 503 ? TRY_AGAIN : OUR_FAILURE)
                            .put("msg", error.getMessage()));
        }
        if (reply.failed()) {
            return failed(call, reply.body());
        }
        return reply.body() == null ? Response.empty() : Response.json(reply.body());
    }

    private static Response failed(final ObjectNode call, final ObjectNode error) {
        LOG.warn(
                "CNI {} {}: error {} {}",
                call.path("command").asText(),
                call.path("containerId").asText(),
                error.path("code").asInt(),
                error.path("msg").asText());
        return Response.json(error.path("code").asInt() == TRY_AGAIN ? 503 : 500, error);
    }
}
