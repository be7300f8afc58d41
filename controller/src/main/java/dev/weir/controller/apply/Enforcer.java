package dev.weir.controller.apply;

import dev.weir.controller.compile.Compilation;
import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.IdentityInfo;
import dev.weir.controller.compile.PolicyCompiler;
import dev.weir.controller.compile.StateDiff;
import dev.weir.controller.endpoint.Attached;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.PeerRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables from one compiled state to the next by one store of the revision. One thread.
 *
 * <p>Order: everything new is written out of sight, the revision is raised, and only when no packet
 * can be under way in the old one ({@link #finish}) the old rows are removed.
 */
final class Enforcer {
    private static final Logger LOG = LoggerFactory.getLogger(Enforcer.class);

    private final Datapath datapath;
    private Compilation compilation;
    private DesiredState desired;
    private int revision;
    private StateDiff unfinished;

    /** Numbers whose owner is not known any more: nothing passes there. */
    private final Map<Integer, Integer> quarantined = new HashMap<>();

    /**
     * @param held what the tables hold
     * @param desired what {@code held} was made of, as far as known
     */
    Enforcer(final Datapath datapath, final CompiledState held, final DesiredState desired) {
        this.datapath = datapath;
        this.compilation = Compilation.of(held);
        this.desired = desired;
        this.revision = datapath.control().revision();
    }

    CompiledState compiled() {
        return compilation.state();
    }

    /** What {@link #compiled()} was made of. */
    DesiredState desired() {
        return desired;
    }

    int revision() {
        return revision;
    }

    /**
     * What the change takes.
     *
     * @param what is being written, for the message when it does not fit
     * @throws ControllerException 422 if a table has no room for it
     */
    Plan plan(final Model next, final String what) {
        final DesiredState wanted = next.desired();
        final Compilation after = PolicyCompiler.compile(wanted, compilation, datapath.rules());
        return plan(next, wanted, after, what);
    }

    /**
     * @param wanted of {@code next}
     * @param after of {@code wanted}
     */
    Plan plan(
            final Model next,
            final DesiredState wanted,
            final Compilation after,
            final String what) {
        final StateDiff diff = StateDiff.between(compiled(), after.state());
        new TableRoom(what, compiled(), after.state(), diff).check(datapath);
        return new Plan(next, wanted, after, diff);
    }

    /**
     * Puts the plan in force; the tables are as before if it throws.
     *
     * @throws RuntimeException of the tables, if the kernel refused
     */
    void apply(final Plan plan) {
        finish();
        final DesiredState wanted = plan.desired();
        /* The setting is in no row: who restarted with another one has nothing else to write. */
        if (plan.diff().isEmpty() && datapath.control().hostPolicy() == wanted.hostPolicy()) {
            compilation = plan.compilation();
            desired = wanted;
            return;
        }
        final int next = revision + 1;
        try {
            prepare(plan, next);
        } catch (final RuntimeException e) {
            takeBack(plan.diff());
            throw e;
        }
        datapath.control().revision(next);
        revision = next;
        compilation = plan.compilation();
        desired = wanted;
        unfinished = plan.diff();
        plan.next().endpoints().values().forEach(this::writeRecord);
    }

    private void prepare(final Plan plan, final int next) {
        final StateDiff diff = plan.diff();
        plan.next().endpoints().values().stream()
                .filter(each -> !compiled().endpoints().containsKey(each.number()))
                .forEach(
                        each ->
                                datapath.endpoints()
                                        .write(each.number(), row(each, plan.compiled())));
        datapath.policies().putAll(diff.rows());
        plan.compiled()
                .endpoints()
                .forEach((number, word) -> datapath.endpoints().policy(number, next, word));
        quarantined
                .keySet()
                .forEach(
                        number -> datapath.endpoints().policy(number, next, EndpointPolicy.CLOSED));
        final Map<IpAddress, PeerRow> peers = new HashMap<>();
        diff.peers().forEach((address, change) -> peers.put(address, change.row(next)));
        datapath.peers().putAll(peers);
        final Map<IpPrefix, PeerRow> cidrs = new HashMap<>();
        diff.cidrs().forEach((prefix, change) -> cidrs.put(prefix, change.row(next)));
        datapath.cidrs().putAll(cidrs);
        flags(
                plan.next().hostPolicy(),
                hasCidrs(compiled(), true) || hasCidrs(plan.compiled(), true),
                hasCidrs(compiled(), false) || hasCidrs(plan.compiled(), false));
    }

    private void flags(final boolean hostPolicy, final boolean cidrsV4, final boolean cidrsV6) {
        datapath.control().flags(hostPolicy, cidrsV4, cidrsV6);
    }

    private static boolean hasCidrs(final CompiledState state, final boolean ipv4) {
        return state.prefixes(ipv4) > 0;
    }

    /**
     * After a failed {@link #prepare}: what was written for the next revision must not come into
     * force with it. Rows of unused policy numbers would only take room.
     */
    private void takeBack(final StateDiff diff) {
        try {
            final Map<IpAddress, PeerRow> peers = new HashMap<>();
            diff.peers()
                    .forEach(
                            (address, change) ->
                                    Optional.ofNullable(compiled().peers().get(address))
                                            .ifPresent(
                                                    identity ->
                                                            peers.put(
                                                                    address,
                                                                    held(address, identity))));
            datapath.peers().putAll(peers);
            datapath.peers()
                    .removeAll(
                            diff.peers().keySet().stream()
                                    .filter(each -> !compiled().peers().containsKey(each))
                                    .toList());
            final Map<IpPrefix, PeerRow> cidrs = new HashMap<>();
            diff.cidrs()
                    .forEach(
                            (prefix, change) ->
                                    Optional.ofNullable(compiled().cidrs().get(prefix))
                                            .ifPresent(
                                                    identity ->
                                                            cidrs.put(prefix, held(identity, 0))));
            datapath.cidrs().putAll(cidrs);
            datapath.cidrs()
                    .removeAll(
                            diff.cidrs().keySet().stream()
                                    .filter(each -> !compiled().cidrs().containsKey(each))
                                    .toList());
            datapath.policies().removeAll(diff.rows().keySet());
        } catch (final RuntimeException e) {
            LOG.error("tables could not be put back after a failed write: {}", e.getMessage());
        }
    }

    private PeerRow held(final IpAddress address, final int identity) {
        return held(identity, compiled().owners().getOrDefault(address, 0));
    }

    private PeerRow held(final int identity, final int owner) {
        return new PeerRow(identity, identity, revision, owner);
    }

    /** True when old rows wait to be removed. */
    boolean isUnfinished() {
        return unfinished != null;
    }

    /** Waits until no packet uses the old rows, and removes them. */
    void finish() {
        final StateDiff diff = unfinished;
        if (diff == null) {
            return;
        }
        datapath.control().awaitGrace();
        datapath.policies().removeAll(diff.staleRows());
        datapath.peers().removeAll(diff.stalePeers());
        datapath.cidrs().removeAll(diff.staleCidrs());
        flags(desired.hostPolicy(), hasCidrs(compiled(), true), hasCidrs(compiled(), false));
        diff.staleEndpoints().forEach(datapath.endpoints()::clear);
        unfinished = null;
    }

    /** Makes the endpoint's record what it should be; true if it was something else. */
    boolean writeRecord(final Attached endpoint) {
        final EndpointRow row = row(endpoint, compiled());
        if (datapath.endpoints().read(endpoint.number()).filter(row::equals).isPresent()) {
            return false;
        }
        datapath.endpoints().write(endpoint.number(), row);
        return true;
    }

    private static EndpointRow row(final Attached endpoint, final CompiledState state) {
        return new EndpointRow(
                endpoint.veth().ifIndex(),
                endpoint.veth().mac(),
                state.identityByEndpoint().getOrDefault(endpoint.number(), IdentityInfo.WORLD),
                endpoint.veth().netnsCookie(),
                endpoint.veth().addresses());
    }

    /** Nothing passes at this number from here on, until {@link #release}. */
    void quarantine(final int number, final int ifIndex) {
        quarantined.put(number, ifIndex);
        datapath.endpoints().policy(number, revision, EndpointPolicy.CLOSED);
        datapath.endpoints().policy(number, revision + 1, EndpointPolicy.CLOSED);
    }

    /** The number quarantined on this interface, 0 if none. */
    int quarantinedOn(final int ifIndex) {
        return quarantined.entrySet().stream()
                .filter(each -> each.getValue() == ifIndex)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    Set<Integer> quarantined() {
        return quarantined.keySet();
    }

    void release(final int number) {
        if (quarantined.remove(number) != null) {
            datapath.endpoints().clear(number);
        }
    }
}
