package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.endpoint.AttachRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/endpoints}: a container that no CNI told of; its connections go on. */
record AttachEndpoint(Desired desired, EndpointView view) implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        return desired.attach(attachRequest(request))
                .thenApply(endpoint -> Response.json(201, view.one(endpoint, desired.snapshot())));
    }

    private static AttachRequest attachRequest(final Request request) {
        final Fields fields = Fields.of(request.object());
        fields.only("netns", "pid", "containerId", "ifname", "namespace", "pod", "labels", "ports");
        if (fields.has("netns") == fields.has("pid")) {
            fields.invalid("netns", "expected: either netns (a path) or pid, and not both");
        }
        final AttachRequest attach =
                new AttachRequest(
                        fields.text("netns"),
                        fields.number("pid", 1, Integer.MAX_VALUE),
                        fields.text("containerId").orElse(""),
                        fields.text("ifname").orElse(AttachRequest.DEFAULT_INTERFACE),
                        "",
                        fields.text("namespace").orElse("default"),
                        fields.text("pod").orElse(""),
                        fields.labels("labels"),
                        fields.ports("ports"),
                        List.of(),
                        true);
        fields.check(EndpointRoutes.details(attach.pod()));
        return attach;
    }
}
