package dev.weir.controller.apply;

import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.HostNetwork;
import dev.weir.controller.endpoint.ResolveException;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.dataplane.attach.Hook;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether the kernel has what an endpoint should have. */
final class EndpointCheck {
    private final Transitions transitions;
    private final Datapath datapath;
    private final HostNetwork network;
    private final EndpointHooks hooks;

    EndpointCheck(
            final Transitions transitions,
            final Datapath datapath,
            final HostNetwork network,
            final EndpointHooks hooks) {
        this.transitions = transitions;
        this.datapath = datapath;
        this.network = network;
        this.hooks = hooks;
    }

    List<String> problems(final String containerId, final String containerInterface) {
        final Optional<Attached> found =
                transitions.model().endpoint(containerId, containerInterface);
        if (found.isEmpty()) {
            return List.of(
                    "container "
                            + containerId
                            + " has no endpoint for interface "
                            + containerInterface);
        }
        final List<String> problems = new ArrayList<>();
        hooks(found.get(), problems);
        tables(found.get(), problems);
        interfaces(found.get(), problems);
        return problems;
    }

    private void hooks(final Attached endpoint, final List<String> problems) {
        for (final HookState state : hooks.inspect(endpoint).all()) {
            final boolean shield = state.hook() == Hook.SHIELD;
            final boolean wrong =
                    shield
                            ? state.status() == HookState.Status.OUTDATED
                            : state.status() != HookState.Status.CURRENT;
            if (wrong) {
                problems.add(
                        "hook "
                                + state.hook().text()
                                + " on "
                                + endpoint.veth().interfaceName()
                                + " is "
                                + state.status().name().toLowerCase(Locale.ROOT)
                                + (state.detail().isEmpty() ? "" : ": " + state.detail()));
            }
        }
    }

    private void tables(final Attached endpoint, final List<String> problems) {
        final int number = endpoint.number();
        final int bound = datapath.endpoints().bound(endpoint.veth().ifIndex());
        if (bound != number) {
            problems.add(
                    "interface "
                            + endpoint.veth().interfaceName()
                            + " is bound to endpoint number "
                            + bound
                            + " (expected: "
                            + number
                            + ")");
        }
        final Optional<EndpointRow> row = datapath.endpoints().read(number);
        if (row.isEmpty() || row.get().ifIndex() != endpoint.veth().ifIndex()) {
            problems.add("record " + number + " of weir_endpoints is not the endpoint's");
        } else if (!row.get().addresses().equals(endpoint.veth().addresses())) {
            problems.add(
                    "record "
                            + number
                            + " has addresses "
                            + row.get().addresses()
                            + " (expected: "
                            + endpoint.veth().addresses()
                            + ")");
        }
        final EndpointPolicy inForce =
                datapath.endpoints().policy(number, datapath.control().revision());
        final Map<Integer, EndpointPolicy> wanted = transitions.enforcer().compiled().endpoints();
        if (!inForce.equals(wanted.get(number))) {
            problems.add(
                    "policy in force is " + inForce + " (expected: " + wanted.get(number) + ")");
        }
    }

    private void interfaces(final Attached endpoint, final List<String> problems) {
        try {
            final VethPair now = network.resolve(endpoint.lookup());
            if (now.ifIndex() != endpoint.veth().ifIndex()) {
                problems.add(
                        "the interface's other end is "
                                + now.interfaceName()
                                + " (expected: "
                                + endpoint.veth().interfaceName()
                                + ")");
            }
            if (!now.mac().equals(endpoint.veth().mac())) {
                problems.add("MAC is " + now.mac() + " (expected: " + endpoint.veth().mac() + ")");
            }
            if (!now.addresses().equals(endpoint.veth().addresses())) {
                problems.add(
                        "addresses are "
                                + now.addresses()
                                + " (expected: "
                                + endpoint.veth().addresses()
                                + ")");
            }
        } catch (final ResolveException e) {
            problems.add(e.getMessage());
        }
    }
}
