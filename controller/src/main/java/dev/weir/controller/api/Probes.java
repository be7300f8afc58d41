package dev.weir.controller.api;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code /healthz} and {@code /readyz}, for machines: the code says it, the text is for people. */
final class Probes {
    private Probes() {}

    /** 200 whenever the event loop runs. */
    static Handler alive() {
        return request -> CompletableFuture.completedFuture(Response.text(200, "ok\n"));
    }

    /** 503 with what is waited for, until the desired state is in the kernel. */
    static Handler ready(final Readiness readiness) {
        return request -> {
            final List<String> missing = readiness.waitingFor();
            return CompletableFuture.completedFuture(
                    missing.isEmpty()
                            ? Response.text(200, "ok\n")
                            : Response.text(
                                    503, "waiting for " + String.join(", ", missing) + "\n"));
        };
    }
}
