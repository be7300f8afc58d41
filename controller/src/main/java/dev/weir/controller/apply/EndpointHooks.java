package dev.weir.controller.apply;

import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.Hook;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.attach.InterfaceHooks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The TC programs of endpoints, and what was attached where. One thread. */
final class EndpointHooks {
    private final Hooks hooks;
    private final Map<Integer, List<Hook>> attached = new HashMap<>();

    EndpointHooks(final Hooks hooks) {
        this.hooks = hooks;
    }

    /**
     * Both or none.
     *
     * @return what is there then
     * @throws ControllerException 500 if they are not both in place then
     */
    InterfaceHooks attach(final Attached endpoint) {
        final InterfaceHooks result = hooks.attach(endpoint.veth().ifIndex());
        if (!result.enforcing()) {
            hooks.detach(endpoint.veth().ifIndex());
            throw ControllerException.internal(
                    "programs are not in place on "
                            + endpoint.veth().interfaceName()
                            + ": "
                            + views(result));
        }
        attached.put(endpoint.number(), views(result));
        return result;
    }

    void detach(final Attached endpoint) {
        hooks.detach(endpoint.veth().ifIndex());
        attached.remove(endpoint.number());
    }

    /** As they were when attached. */
    List<Hook> of(final int number) {
        return attached.getOrDefault(number, List.of());
    }

    /** As they are. */
    InterfaceHooks inspect(final Attached endpoint) {
        return hooks.inspect(endpoint.veth().ifIndex());
    }

    private static List<Hook> views(final InterfaceHooks hooks) {
        return List.of(view("from-container", hooks.from()), view("to-container", hooks.to()));
    }

    private static Hook view(final String name, final HookState state) {
        return new Hook(
                name,
                state.mechanism().isEmpty() ? "none" : state.mechanism(),
                state.programId(),
                state.status() == HookState.Status.CURRENT ? "" : state.detail());
    }
}
