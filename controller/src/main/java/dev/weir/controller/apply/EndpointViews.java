package dev.weir.controller.apply;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.endpoint.Hook;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.table.EndpointPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Endpoints as others see them, and who is told when they change. One thread. */
final class EndpointViews {
    private final EndpointHooks hooks;
    private final EndpointObserver observer;
    private final Map<Integer, Told> told = new HashMap<>();

    /** A view and what it was made of: of the same nothing is made anew. */
    private record Told(Attached endpoint, Endpoint view) {
        boolean isOf(final Attached other, final int identity, final List<Hook> hooks) {
            return endpoint == other && view.identity() == identity && view.hooks().equals(hooks);
        }
    }

    EndpointViews(final EndpointHooks hooks, final EndpointObserver observer) {
        this.hooks = hooks;
        this.observer = observer;
    }

    EndpointObserver observer() {
        return observer;
    }

    /**
     * The view; the observer hears of it if it is another than before. With each change of a policy
     * all that it selects get another policy number, which is nothing to tell.
     */
    Endpoint show(final Attached endpoint, final CompiledState compiled) {
        final int number = endpoint.number();
        final int identity = compiled.identityByEndpoint().getOrDefault(number, IdentityInfo.WORLD);
        final List<Hook> attached = hooks.of(number);
        final EndpointPolicy policy =
                compiled.endpoints().getOrDefault(number, EndpointPolicy.OPEN);
        final Told last = told.get(number);
        final boolean same = last != null && last.isOf(endpoint, identity, attached);
        if (same && last.view().policy().equals(policy)) {
            return last.view();
        }
        final Endpoint view = view(endpoint, identity, attached, policy);
        told.put(number, new Told(endpoint, view));
        if (!same) {
            observer.attached(view, endpoint.measured());
        }
        return view;
    }

    /** The endpoint's programs are in place: the view has them. */
    void guarded(
            final Attached endpoint,
            final InterfaceHooks there,
            final boolean ranBefore,
            final CompiledState compiled) {
        observer.guarded(show(endpoint, compiled), there, ranBefore);
    }

    /** The number is nobody's any more. */
    void forget(final int number) {
        told.remove(number);
        observer.detached(number);
    }

    private static Endpoint view(
            final Attached endpoint,
            final int identity,
            final List<Hook> hooks,
            final EndpointPolicy policy) {
        return new Endpoint(
                endpoint.id(),
                endpoint.number(),
                endpoint.containerId(),
                endpoint.network(),
                endpoint.namespace(),
                endpoint.pod(),
                endpoint.labels(),
                endpoint.ports(),
                identity,
                endpoint.veth().addresses(),
                endpoint.veth().mac(),
                endpoint.veth().containerInterface(),
                endpoint.veth().interfaceName(),
                endpoint.veth().ifIndex(),
                endpoint.veth().netns(),
                endpoint.veth().netnsInode(),
                endpoint.veth().netnsCookie(),
                hooks,
                policy,
                endpoint.resourceVersion());
    }
}
