package dev.weir.controller.apply;

import dev.weir.controller.compile.Compilation;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.Numbering;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.HostNetwork;
import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StateStore;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.netlink.NetworkLink;
import dev.weir.dataplane.table.EndpointRow;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From what is on disk and what the tables hold to a kernel that enforces desired state, without a
 * moment in which less is enforced than before.
 */
final class Restart {
    private static final Logger LOG = LoggerFactory.getLogger(Restart.class);

    private final Datapath datapath;
    private final HostNetwork network;
    private final StateStore store;
    private final boolean hostPolicy;
    private final EndpointNumbers numbers;
    private final EndpointHooks hooks;
    private final EndpointViews views;
    private Transitions transitions;
    private EndpointWrites endpoints;

    Restart(
            final Datapath datapath,
            final HostNetwork network,
            final StateStore store,
            final boolean hostPolicy,
            final EndpointObserver observer) {
        this.datapath = datapath;
        this.network = network;
        this.store = store;
        this.hostPolicy = hostPolicy;
        this.numbers = new EndpointNumbers(datapath.endpoints().capacity(), datapath.connections());
        this.hooks = new EndpointHooks(datapath.hooks());
        this.views = new EndpointViews(hooks, observer);
    }

    Transitions transitions() {
        return transitions;
    }

    EndpointNumbers numbers() {
        return numbers;
    }

    EndpointHooks hooks() {
        return hooks;
    }

    EndpointViews views() {
        return views;
    }

    EndpointWrites endpoints() {
        return endpoints;
    }

    void run() {
        final StoredModel stored = new StoredModel(store);
        stored.load();
        final Model model =
                new Model(
                        stored.policies(),
                        stored.clusterPolicies(),
                        stored.namespaces(),
                        living(stored.endpoints()),
                        network.addresses(),
                        hostPolicy);
        final Map<Integer, EndpointRow> records = records();
        final Map<Integer, Integer> unknown = unknown(model, records);
        final Set<Integer> known = new TreeSet<>(records.keySet());
        if (stored.endpointsLost()) {
            // They stay, closed, until their interface is gone or attached again.
            unknown.keySet().stream()
                    .filter(number -> isHeld(model, unknown, number))
                    .forEach(known::remove);
        }
        final CompiledState held = KernelState.read(datapath, known, stored.numbering());
        if (datapath.control().revision() == 0) {
            // Nothing that was ever decided has revision 0: what is zero was never written.
            datapath.control().revision(1);
        }
        final Enforcer enforcer = new Enforcer(datapath, held, DesiredState.EMPTY);
        transitions = new Transitions(enforcer, store, model);
        endpoints = new EndpointWrites(transitions, datapath, network, numbers, hooks, views);
        leaveUnknown(enforcer, unknown, stored.endpointsLost());
        enforce(enforcer, model, held);
        model.endpoints().values().forEach(each -> takeOver(enforcer, each));
        records.keySet().forEach(numbers::taken);
        model.endpoints().keySet().forEach(numbers::taken);
        LOG.info(
                "in force: {} policies, {} cluster policies, {} endpoints, revision {}",
                model.policies().size(),
                model.clusterPolicies().size(),
                model.endpoints().size(),
                enforcer.revision());
    }

    /**
     * Endpoints whose interface is still the one that was attached. Addresses and MAC stay those of
     * the attach: a container that gave itself another one must not get it by a restart.
     */
    private SortedMap<Integer, Attached> living(final List<Attached> stored) {
        final SortedMap<Integer, Attached> living = new TreeMap<>();
        for (final Attached each : stored) {
            final Optional<NetworkLink> link =
                    network.link(each.veth().ifIndex())
                            .filter(NetworkLink::isVeth)
                            .filter(there -> each.veth().hostMac().equals(there.mac()));
            if (link.isPresent()) {
                fits(each);
                final String name = link.get().name();
                living.put(each.number(), each.on(each.veth().named(name, link.get().mac())));
            } else {
                LOG.info(
                        "endpoint {}: interface {} is gone",
                        each.id(),
                        each.veth().interfaceName());
                store.write(List.of(StateChange.remove(ObjectKind.ENDPOINT, each.id())));
            }
        }
        return living;
    }

    /** Who lives must not go without its policy because the table is smaller now. */
    private void fits(final Attached endpoint) {
        final int limit = datapath.endpoints().capacity() - 1;
        if (endpoint.number() > limit) {
            throw ControllerException.invalid(
                    "tables.endpoints",
                    "endpoint "
                            + endpoint.id()
                            + " does not fit: it has number "
                            + endpoint.number()
                            + " of table endpoints (limit: "
                            + limit
                            + "; raise tables.endpoints in the settings to "
                            + (endpoint.number() + 1)
                            + " or more)");
        }
    }

    private Map<Integer, EndpointRow> records() {
        final Map<Integer, EndpointRow> records = new TreeMap<>();
        for (int number = 1; number < datapath.endpoints().capacity(); number++) {
            final Optional<EndpointRow> row = datapath.endpoints().read(number);
            if (row.isPresent()) {
                records.put(number, row.get());
            }
        }
        return records;
    }

    /** Records of no endpoint we know: number to interface. */
    private static Map<Integer, Integer> unknown(
            final Model model, final Map<Integer, EndpointRow> records) {
        final Map<Integer, Integer> unknown = new TreeMap<>();
        records.forEach(
                (number, row) -> {
                    final Attached endpoint = model.endpoints().get(number);
                    if (endpoint == null || endpoint.veth().ifIndex() != row.ifIndex()) {
                        unknown.put(number, row.ifIndex());
                    }
                });
        return unknown;
    }

    /** True when the record is in use on a link that is there, and no endpoint of ours. */
    private boolean isHeld(
            final Model model, final Map<Integer, Integer> unknown, final int number) {
        final int ifIndex = unknown.get(number);
        return !model.endpoints().containsKey(number)
                && model.endpointOnInterface(ifIndex).isEmpty()
                && datapath.endpoints().bound(ifIndex) == number
                && network.link(ifIndex).isPresent();
    }

    /** Interfaces with our programs that desired state does not have. */
    private void leaveUnknown(
            final Enforcer enforcer, final Map<Integer, Integer> unknown, final boolean lost) {
        final Set<Integer> wanted = new HashSet<>();
        transitions.model().endpoints().values().forEach(each -> wanted.add(each.veth().ifIndex()));
        final Set<Integer> closed = new HashSet<>();
        unknown.forEach(
                (number, ifIndex) -> {
                    final boolean bound = datapath.endpoints().bound(ifIndex) == number;
                    if (lost && isHeld(transitions.model(), unknown, number)) {
                        enforcer.quarantine(number, ifIndex);
                        closed.add(ifIndex);
                        LOG.error(
                                "interface {} is attached, but its endpoint's file was damaged:"
                                        + " nothing passes there",
                                ifIndex);
                    } else if (bound && !wanted.contains(ifIndex)) {
                        datapath.hooks().detach(ifIndex);
                        datapath.endpoints().unbind(ifIndex);
                    }
                });
        for (final int ifIndex : datapath.hooks().attached()) {
            if (!wanted.contains(ifIndex) && !closed.contains(ifIndex)) {
                datapath.hooks().detach(ifIndex);
            }
        }
    }

    private void enforce(final Enforcer enforcer, final Model model, final CompiledState held) {
        final DesiredState desired = model.desired();
        // Compiled from nothing but the numbers: rows that are held are to be compared, not
        // trusted.
        Compilation wanted = compile(desired, held.numbering());
        if (!KernelState.agree(held, wanted.state())) {
            LOG.info("tables hold other rows than the numbering says: policies get new numbers");
            wanted = compile(desired, KernelState.apart(held.numbering(), held));
        }
        final Numbering numbering = wanted.state().numbering();
        if (!numbering.equals(held.numbering())) {
            store.write(List.of(StoredModel.stored(NumberingText.EMPTY.next(numbering))));
        }
        enforcer.apply(enforcer.plan(model, desired, wanted, "the stored state"));
        enforcer.finish();
    }

    private Compilation compile(final DesiredState desired, final Numbering numbers) {
        return PolicyCompiler.compile(
                desired, Compilation.of(CompiledState.restored(numbers)), datapath.rules());
    }

    private void takeOver(final Enforcer enforcer, final Attached endpoint) {
        final int ifIndex = endpoint.veth().ifIndex();
        try {
            enforcer.writeRecord(endpoint);
            final InterfaceHooks there = hooks.inspect(endpoint);
            final boolean unguarded =
                    datapath.endpoints().bound(ifIndex) != endpoint.number()
                            || there.from().programId() == 0
                            || there.to().programId() == 0;
            if (unguarded) {
                endpoints.takeInterface(endpoint, true);
            } else {
                views.show(endpoint, enforcer.compiled());
                views.guarded(endpoint, hooks.attach(endpoint), true, enforcer.compiled());
            }
        } catch (final RuntimeException e) {
            LOG.error(
                    "endpoint {} could not be taken over on {}: {}",
                    endpoint.id(),
                    endpoint.veth().interfaceName(),
                    e.getMessage());
        }
    }
}
