package dev.weir.controller.apply;

import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Attached;
import dev.weir.controller.endpoint.HostNetwork;
import dev.weir.controller.endpoint.ResolveException;
import dev.weir.controller.endpoint.VethPair;
import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StoredObject;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.netlink.NetworkLink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Attach, detach and patch of endpoints, and what the kernel tells of their links. One thread. */
final class EndpointWrites {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointWrites.class);
    private static final int SHORT_ID = 12;

    private final Transitions transitions;
    private final Datapath datapath;
    private final HostNetwork network;
    private final EndpointNumbers numbers;
    private final EndpointHooks hooks;
    private final EndpointViews views;

    EndpointWrites(
            final Transitions transitions,
            final Datapath datapath,
            final HostNetwork network,
            final EndpointNumbers numbers,
            final EndpointHooks hooks,
            final EndpointViews views) {
        this.transitions = transitions;
        this.datapath = datapath;
        this.network = network;
        this.numbers = numbers;
        this.hooks = hooks;
        this.views = views;
    }

    /** The number of the attached endpoint. */
    int attach(final AttachRequest request) {
        AttachChecks.check(request);
        final VethPair veth = resolve(request);
        AttachChecks.hasAddresses(veth, request.expectedAddresses());
        AttachChecks.hasRoom(veth, datapath.endpoints());
        final String containerId = containerId(request, veth);
        final List<Attached> superseded = superseded(containerId, veth);
        final Model before = transitions.model();
        Model next = before;
        for (final Attached each : superseded) {
            next = next.withoutEndpoint(each.number());
        }
        final Attached endpoint = endpoint(request, containerId, veth, superseded);
        next = next.withEndpoint(endpoint);
        final int quarantined = transitions.enforcer().quarantinedOn(veth.ifIndex());
        move(endpoint, superseded, next);
        try {
            takeInterface(endpoint, request.adoptConnections());
        } catch (final RuntimeException e) {
            undo(endpoint, superseded, before);
            throw e instanceof ControllerException refused
                    ? refused
                    : ControllerException.internal(
                            endpoint.id() + " could not be attached: " + e.getMessage());
        }
        transitions.enforcer().release(quarantined);
        superseded.forEach(each -> leave(each, endpoint));
        LOG.info(
                "endpoint {} attached: number {}, interface {}, addresses {}",
                endpoint.id(),
                endpoint.number(),
                veth.interfaceName(),
                veth.addresses());
        return endpoint.number();
    }

    private VethPair resolve(final AttachRequest request) {
        try {
            return network.resolve(request);
        } catch (final ResolveException e) {
            throw ControllerException.invalid(e.field(), e.getMessage());
        }
    }

    private static String containerId(final AttachRequest request, final VethPair veth) {
        if (!request.containerId().isEmpty()) {
            return request.containerId();
        }
        return request.pod().isEmpty() ? "netns-" + veth.netnsInode() : request.pod();
    }

    /**
     * Endpoints that the new one takes the place of: the same interface of the same container, and
     * dead ones that are in its way.
     */
    private List<Attached> superseded(final String containerId, final VethPair veth) {
        final List<Attached> superseded = new ArrayList<>();
        for (final Attached each : transitions.model().endpoints().values()) {
            final boolean same =
                    each.containerId().equals(containerId)
                            && each.veth().containerInterface().equals(veth.containerInterface());
            final boolean sameLink = each.veth().ifIndex() == veth.ifIndex();
            final Optional<IpAddress> shared =
                    each.veth().addresses().stream()
                            .filter(address -> !Model.isLinkLocal(address))
                            .filter(veth.addresses()::contains)
                            .findFirst();
            if (!same && !sameLink && shared.isEmpty()) {
                continue;
            }
            final boolean yields = sameLink && each.labels().containsKey(AttachRequest.ATTACHED_BY);
            if (!same && !yields && isAlive(each)) {
                throw inTheWay(each, veth, sameLink, shared);
            }
            superseded.add(each);
        }
        return superseded;
    }

    private static ControllerException inTheWay(
            final Attached other,
            final VethPair veth,
            final boolean sameLink,
            final Optional<IpAddress> shared) {
        return sameLink
                ? ControllerException.conflict(
                        "interface "
                                + veth.interfaceName()
                                + " is already attached as endpoint "
                                + other.id()
                                + " (expected: detach that first, or PATCH its labels)")
                : ControllerException.conflict(
                        "address "
                                + shared.orElseThrow()
                                + " belongs to endpoint "
                                + other.id()
                                + ", which is alive (expected: an address of its own for each"
                                + " container; detach the other if it should not have it)");
    }

    /** True when the link that was attached is still there, not a later one with its index. */
    boolean isAlive(final Attached endpoint) {
        return network.link(endpoint.veth().ifIndex())
                .filter(NetworkLink::isVeth)
                .filter(link -> endpoint.veth().hostMac().equals(link.mac()))
                .isPresent();
    }

    private Attached endpoint(
            final AttachRequest request,
            final String containerId,
            final VethPair veth,
            final List<Attached> superseded) {
        final Optional<Attached> same =
                superseded.stream()
                        .filter(each -> each.containerId().equals(containerId))
                        .filter(each -> each.veth().ifIndex() == veth.ifIndex())
                        .filter(each -> each.veth().hostMac().equals(veth.hostMac()))
                        .findFirst();
        final int number = same.map(Attached::number).orElseGet(() -> numbers.next(takenNumbers()));
        return new Attached(
                id(containerId, veth.containerInterface(), superseded),
                number,
                containerId,
                request.network(),
                request.namespace(),
                request.pod().isEmpty() ? containerId : request.pod(),
                request.labels(),
                request.ports(),
                veth,
                same.map(Attached::measured).orElseGet(() -> views.observer().measure(number)),
                transitions.nextResourceVersion());
    }

    private Set<Integer> takenNumbers() {
        final Set<Integer> taken = new HashSet<>(transitions.model().endpoints().keySet());
        taken.addAll(transitions.enforcer().quarantined());
        return taken;
    }

    private String id(
            final String containerId, final String ifname, final List<Attached> superseded) {
        final String id =
                containerId.substring(0, Math.min(SHORT_ID, containerId.length())) + "-" + ifname;
        final boolean taken =
                transitions.model().endpoints().values().stream()
                        .filter(each -> !superseded.contains(each))
                        .anyMatch(each -> each.id().equals(id));
        return taken ? containerId + "-" + ifname : id;
    }

    private void move(final Attached endpoint, final List<Attached> superseded, final Model next) {
        final List<StateChange> changes = new ArrayList<>();
        final List<StateChange> undo = new ArrayList<>();
        for (final Attached each : superseded) {
            changes.add(StateChange.remove(ObjectKind.ENDPOINT, each.id()));
        }
        // In this order: the same id may be removed and written.
        changes.removeIf(each -> each.key().equals(endpoint.id()));
        changes.add(stored(endpoint));
        undo.add(StateChange.remove(ObjectKind.ENDPOINT, endpoint.id()));
        superseded.forEach(each -> undo.add(stored(each)));
        transitions.move(next, changes, undo, "attaching endpoint " + endpoint.id());
    }

    private static StateChange stored(final Attached endpoint) {
        return StateChange.write(
                new StoredObject(
                        ObjectKind.ENDPOINT,
                        endpoint.id(),
                        endpoint.resourceVersion(),
                        endpoint.json()));
    }

    /** From its policy being in force to its packets being judged by it. */
    void takeInterface(final Attached endpoint, final boolean adoptConnections) {
        final int ifIndex = endpoint.veth().ifIndex();
        if (adoptConnections) {
            final int adopted =
                    new Adoption(datapath)
                            .adopt(
                                    endpoint,
                                    network.sockets(endpoint.veth().netns()),
                                    transitions.enforcer().compiled());
            LOG.info("endpoint {}: {} open connections go on", endpoint.id(), adopted);
        }
        final InterfaceHooks there = hooks.attach(endpoint);
        views.show(endpoint, transitions.enforcer().compiled());
        // Now, and both directions at once: programs let all pass where nothing is bound.
        datapath.endpoints().bind(ifIndex, endpoint.number());
        views.guarded(endpoint, there, adoptConnections, transitions.enforcer().compiled());
    }

    private void undo(
            final Attached endpoint, final List<Attached> superseded, final Model before) {
        try {
            if (datapath.endpoints().bound(endpoint.veth().ifIndex()) == endpoint.number()) {
                datapath.endpoints().unbind(endpoint.veth().ifIndex());
            }
            final List<StateChange> changes = new ArrayList<>();
            changes.add(StateChange.remove(ObjectKind.ENDPOINT, endpoint.id()));
            superseded.forEach(each -> changes.add(stored(each)));
            if (before.endpoints().get(endpoint.number()) == null) {
                views.forget(endpoint.number());
                numbers.retire(endpoint.number());
            }
            transitions.move(before, changes, List.of(), "taking back endpoint " + endpoint.id());
            superseded.stream()
                    .filter(each -> each.veth().ifIndex() == endpoint.veth().ifIndex())
                    .forEach(
                            each ->
                                    datapath.endpoints()
                                            .bind(each.veth().ifIndex(), each.number()));
            if (datapath.endpoints().bound(endpoint.veth().ifIndex()) == 0) {
                hooks.detach(endpoint);
            }
        } catch (final RuntimeException e) {
            LOG.error("endpoint {} could not be taken back: {}", endpoint.id(), e.getMessage());
        }
    }

    /** The superseded endpoint's interface is no one's, unless the new one has it. */
    private void leave(final Attached old, final Attached successor) {
        if (old.veth().ifIndex() != successor.veth().ifIndex()) {
            leaveInterface(old);
        }
        if (old.number() != successor.number()) {
            views.forget(old.number());
            numbers.retire(old.number());
        }
    }

    private void leaveInterface(final Attached endpoint) {
        hooks.detach(endpoint);
        if (datapath.endpoints().bound(endpoint.veth().ifIndex()) == endpoint.number()) {
            datapath.endpoints().unbind(endpoint.veth().ifIndex());
        }
    }

    /** Takes the programs off, then forgets it. */
    void detach(final Attached endpoint) {
        try {
            leaveInterface(endpoint);
        } catch (final RuntimeException e) {
            throw ControllerException.internal(
                    endpoint.id() + " could not be detached: " + e.getMessage());
        }
        transitions.nextResourceVersion();
        transitions.move(
                transitions.model().withoutEndpoint(endpoint.number()),
                List.of(StateChange.remove(ObjectKind.ENDPOINT, endpoint.id())),
                List.of(stored(endpoint)),
                "detaching endpoint " + endpoint.id());
        views.forget(endpoint.number());
        numbers.retire(endpoint.number());
        LOG.info("endpoint {} detached: number {}", endpoint.id(), endpoint.number());
    }

    void patch(
            final Attached endpoint,
            final Map<String, Optional<String>> labels,
            final Optional<List<NamedPort>> ports) {
        final Map<String, String> merged = new HashMap<>(endpoint.labels());
        labels.forEach(
                (key, value) ->
                        value.ifPresentOrElse(
                                text -> merged.put(key, text), () -> merged.remove(key)));
        final List<NamedPort> newPorts = ports.orElse(endpoint.ports());
        if (merged.equals(endpoint.labels()) && newPorts.equals(endpoint.ports())) {
            return;
        }
        AttachChecks.check(merged, newPorts);
        replace(endpoint, endpoint.with(merged, newPorts, transitions.nextResourceVersion()));
    }

    private void replace(final Attached old, final Attached changed) {
        transitions.move(
                transitions.model().withEndpoint(changed),
                List.of(stored(changed)),
                List.of(stored(old)),
                "changing endpoint " + old.id());
    }

    /** The kernel says that a link is gone; true if an endpoint went with it. */
    boolean linkGone(final int ifIndex) {
        final Optional<Attached> endpoint =
                transitions.model().endpointOnInterface(ifIndex).filter(each -> !isAlive(each));
        endpoint.ifPresent(
                each -> {
                    LOG.info(
                            "endpoint {}: interface {} is gone",
                            each.id(),
                            each.veth().interfaceName());
                    detach(each);
                });
        final int quarantined = transitions.enforcer().quarantinedOn(ifIndex);
        if (quarantined != 0 && network.link(ifIndex).isEmpty()) {
            datapath.endpoints().unbind(ifIndex);
            transitions.enforcer().release(quarantined);
        }
        return endpoint.isPresent();
    }

    /** The link has another name or MAC; true if an endpoint shows it. */
    boolean linkChanged(final NetworkLink link) {
        final Optional<Attached> endpoint =
                transitions
                        .model()
                        .endpointOnInterface(link.ifIndex())
                        .filter(each -> differs(each, link));
        endpoint.ifPresent(
                each -> {
                    final Attached changed = each.on(each.veth().named(link.name(), link.mac()));
                    transitions.note(
                            transitions.model().withEndpoint(changed), List.of(stored(changed)));
                });
        return endpoint.isPresent();
    }

    private static boolean differs(final Attached endpoint, final NetworkLink link) {
        return link.isVeth()
                && link.mac() != null
                && !(endpoint.veth().interfaceName().equals(link.name())
                        && endpoint.veth().hostMac().equals(link.mac()));
    }

    /** Reads the node's addresses anew. */
    void hostAddresses() {
        final Set<IpAddress> addresses = network.addresses();
        if (!addresses.equals(transitions.model().hostAddresses())) {
            transitions.move(
                    transitions.model().withHostAddresses(addresses),
                    List.of(),
                    List.of(),
                    "the node's addresses " + addresses);
        }
    }
}
