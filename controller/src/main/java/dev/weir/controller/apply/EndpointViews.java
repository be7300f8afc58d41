package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.HashMap;
import java.util.Map;

/** Endpoints as others see them, and who is told when they change. One thread. */
final class EndpointViews {
    private final EndpointHooks hooks;
    private final EndpointObserver observer;
    private final Map<Integer, Endpoint> told = new HashMap<>();

    EndpointViews(final EndpointHooks hooks, final EndpointObserver observer) {
        this.hooks = hooks;
        this.observer = observer;
    }

    EndpointObserver observer() {
        return observer;
    }

    /** The view; the observer hears of it if it is another than before. */
    Endpoint show(final Attached endpoint, final CompiledState compiled) {
        final Endpoint view = view(endpoint, compiled);
        if (!view.equals(told.put(endpoint.number(), view))) {
            observer.attached(view, endpoint.measured());
        }
        return view;
    }

    /** The endpoint's programs are in place: the view has them. */
    void guarded(final Attached endpoint, final boolean ranBefore, final CompiledState compiled) {
        observer.guarded(show(endpoint, compiled), ranBefore);
    }

    /** The number is nobody's any more. */
    void forget(final int number) {
        told.remove(number);
        observer.detached(number);
    }

    private Endpoint view(final Attached endpoint, final CompiledState compiled) {
        return new Endpoint(
                endpoint.id(),
                endpoint.number(),
                endpoint.containerId(),
                endpoint.network(),
                endpoint.namespace(),
                endpoint.pod(),
                endpoint.labels(),
                endpoint.ports(),
                compiled.identityByEndpoint().getOrDefault(endpoint.number(), IdentityInfo.WORLD),
                endpoint.veth().addresses(),
                endpoint.veth().mac(),
                endpoint.veth().containerInterface(),
                endpoint.veth().interfaceName(),
                endpoint.veth().ifIndex(),
                endpoint.veth().netns(),
                endpoint.veth().netnsInode(),
                endpoint.veth().netnsCookie(),
                hooks.of(endpoint.number()),
                compiled.endpoints().getOrDefault(endpoint.number(), EndpointPolicy.OPEN),
                endpoint.resourceVersion());
    }
}
