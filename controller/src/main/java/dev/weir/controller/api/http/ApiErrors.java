package dev.weir.controller.api.http;

import dev.weir.controller.apply.ControllerException;
import dev.weir.controller.flow.InvalidFlowQueryException;
import dev.weir.controller.policy.Cause;
import dev.weir.controller.policy.InvalidObjectException;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.table.TableFullException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only translator of exceptions: each becomes a Kubernetes {@code Status} and a line of log.
 */
public final class ApiErrors {
    private static final Logger LOG = LoggerFactory.getLogger(ApiErrors.class);

    /**
     * The answer to a request that failed.
     *
     * @param request method and path, for the log
     */
    Response.Whole answer(final String request, final Throwable failure) {
        final Throwable cause = unwrap(failure);
        final ApiException error = translate(cause, null);
        if (error.code() == 500) {
            LOG.warn("{}: 500 {}", request, error.getMessage(), cause);
        } else if (error.code() == 404) {
            LOG.debug("{}: 404", request); // Clients ask whether something is there.
        } else {
            LOG.warn("{}: {} {}", request, error.code(), oneLine(error.getMessage()));
        }
        return new Response.Whole(
                error.code(),
                "application/json",
                Json.bytes(
                        KubernetesStatus.failure(
                                error.code(), error.reason(), error.getMessage(), error.details())),
                error.allowedMethods());
    }

    /** What came from outside must not look like lines of its own in the log. */
    private static String oneLine(final String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    /**
     * An exception of the layers below as the API's own, about {@code object} where its thrower did
     * not say.
     *
     * @param object null when not known
     */
    public static ApiException translate(final Throwable failure, final Details object) {
        final Throwable cause = unwrap(failure);
        if (cause instanceof ApiException) {
            return (ApiException) cause;
        }
        if (cause instanceof InvalidObjectException) {
            return ApiException.invalid(
                    about(object).withCauses(causes(((InvalidObjectException) cause).causes())));
        }
        if (cause instanceof ControllerException) {
            return translate((ControllerException) cause, object);
        }
        if (cause instanceof InvalidFlowQueryException) {
            return ApiException.badRequest("query " + cause.getMessage());
        }
        if (cause instanceof TableFullException) {
            return ApiException.of(422, "Invalid", cause.getMessage(), object);
        }
        if (cause instanceof BpfException) {
            return ApiException.of(
                    500, "InternalError", "the kernel refused: " + cause.getMessage(), object);
        }
        return ApiException.of(500, "InternalError", "internal error: " + cause, object);
    }

    private static ApiException translate(final ControllerException error, final Details object) {
        final Details known =
                object == null && error.causes().isEmpty()
                        ? null
                        : about(object).withCauses(causes(error.causes()));
        return ApiException.of(error.code(), error.reason(), error.getMessage(), known);
    }

    private static Details about(final Details object) {
        return object == null ? Details.of("", "request", "") : object;
    }

    private static List<Details.Cause> causes(final List<Cause> causes) {
        return causes.stream()
                .map(cause -> new Details.Cause(cause.reason(), cause.message(), cause.field()))
                .toList();
    }

    private static Throwable unwrap(final Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
