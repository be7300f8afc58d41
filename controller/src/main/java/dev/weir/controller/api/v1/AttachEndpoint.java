package dev.weir.controller.api.v1;

import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.apply.Desired;
import dev.weir.controller.discovery.ContainerDiscovery;
import dev.weir.controller.discovery.FoundContainer;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.VethPair;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code POST /v1/endpoints}: a container that no CNI told of; its connections go on. */
record AttachEndpoint(Desired desired, EndpointView view, ContainerDiscovery discovery)
        implements Handler {
    @Override
    public CompletableFuture<Response> handle(final Request request) {
        return desired.attach(attachRequest(request))
                .thenApply(endpoint -> Response.json(201, view.one(endpoint, desired.snapshot())));
    }

    private AttachRequest attachRequest(final Request request) {
        final Fields fields = Fields.of(request.object());
        fields.only(
                "netns",
                "pid",
                "found",
                "containerId",
                "ifname",
                "namespace",
                "pod",
                "labels",
                "ports");
        if (Stream.of("netns", "pid", "found").filter(fields::has).count() != 1) {
            fields.invalid("netns", "expected: one of netns (a path), pid and found");
            fields.check(EndpointRoutes.details(""));
        }
        final Optional<FoundContainer> found =
                fields.text("found").flatMap(name -> found(name, fields));
        final AttachRequest attach =
                new AttachRequest(
                        fields.text("netns")
                                .or(() -> found.flatMap(FoundContainer::veth).map(VethPair::netns)),
                        fields.number("pid", 1, Integer.MAX_VALUE),
                        fields.text("containerId")
                                .orElse(found.map(each -> each.owner().containerId()).orElse("")),
                        found.flatMap(FoundContainer::veth)
                                .map(VethPair::containerInterface)
                                .or(() -> fields.text("ifname"))
                                .orElse(AttachRequest.DEFAULT_INTERFACE),
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

    /** The one veth that is called so; empty, and said, where there is none or more than one. */
    private Optional<FoundContainer> found(final String name, final Fields fields) {
        final Optional<String> ifname = fields.text("ifname");
        final List<FoundContainer> called =
                discovery.find().stream()
                        .filter(each -> each.isCalled(name))
                        .filter(each -> each.veth().isPresent())
                        .filter(
                                each ->
                                        ifname.isEmpty()
                                                || ifname.equals(
                                                        each.veth()
                                                                .map(VethPair::containerInterface)))
                        .toList();
        if (called.size() != 1) {
            fields.invalid(
                    "found",
                    called.isEmpty()
                            ? name
                                    + " (expected: a host interface or container id that"
                                    + " GET /v1/endpoints?all=true shows with its netns)"
                            : name
                                    + " has "
                                    + called.size()
                                    + " interfaces (expected: one of "
                                    + called.stream()
                                            .map(FoundContainer::interfaceName)
                                            .collect(Collectors.joining(", "))
                                    + ")");
            return Optional.empty();
        }
        return Optional.of(called.get(0));
    }
}
