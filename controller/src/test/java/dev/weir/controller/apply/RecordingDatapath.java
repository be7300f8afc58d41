package dev.weir.controller.apply;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.Hook;
import dev.weir.dataplane.attach.HookState;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.attach.InterfaceHooks;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.CidrTable;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.ConnectionTable;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.EndpointTable;
import dev.weir.dataplane.table.IdleLimits;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PeerTable;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import dev.weir.dataplane.table.PolicyTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * The kernel's tables as maps that outlive an applier, and a log of what was done in which order.
 */
final class RecordingDatapath {
    final List<String> log = new ArrayList<>();
    final Map<PolicyKey, PolicyRow> rows = new HashMap<>();
    final Map<IpAddress, PeerRow> peers = new HashMap<>();
    final Map<IpPrefix, PeerRow> cidrs = new HashMap<>();
    final Map<Integer, EndpointRow> records = new TreeMap<>();
    final Map<Integer, EndpointPolicy[]> words = new TreeMap<>();
    final Map<Integer, Integer> bound = new TreeMap<>();
    final Map<FlowKey, Connection> connections = new HashMap<>();
    final Set<Integer> hooked = new TreeSet<>();
    int revision;

    /**
     * Entries written to or removed from the hash and prefix tables: system calls in the kernel.
     */
    int writes;

    int policyCapacity = 10_000;
    int peerCapacity = 1_000;
    int cidrCapacity = 1_000;

    /** Ways left for any interface. */
    int room = 4;

    int rules = 1_024;
    int endpointCapacity = 64;
    RuntimeException failPeers;
    RuntimeException failHooks;
    RuntimeException failBind;

    Datapath datapath() {
        return new Datapath(
                new Endpoints(),
                new Peers(),
                new Cidrs(),
                new Policies(),
                new Control(),
                new Connections(),
                new RecordedHooks(),
                rules,
                () -> 4_711);
    }

    /** Identity of the address as a packet finds it now. */
    int identity(final IpAddress address) {
        final PeerRow row = peers.get(address);
        return row == null
                ? 2
                : revision - row.sinceRevision() >= 0 ? row.identity() : row.previousIdentity();
    }

    EndpointPolicy word(final int number) {
        return words.get(number)[revision & 1];
    }

    private final class Endpoints implements EndpointTable {
        @Override
        public int capacity() {
            return endpointCapacity;
        }

        @Override
        public void write(final int number, final EndpointRow row) {
            log.add("record " + number);
            records.put(number, row);
        }

        @Override
        public Optional<EndpointRow> read(final int number) {
            return Optional.ofNullable(records.get(number));
        }

        @Override
        public void policy(final int number, final int at, final EndpointPolicy policy) {
            log.add("word " + number + " for " + at);
            words.computeIfAbsent(
                                    number,
                                    each ->
                                            new EndpointPolicy[] {
                                                EndpointPolicy.OPEN, EndpointPolicy.OPEN
                                            })[at & 1] =
                    policy;
        }

        @Override
        public EndpointPolicy policy(final int number, final int at) {
            return words.containsKey(number) ? words.get(number)[at & 1] : EndpointPolicy.OPEN;
        }

        @Override
        public int room(final int ifIndex) {
            return room;
        }

        @Override
        public void bind(final int ifIndex, final int number) {
            if (failBind != null) {
                throw failBind;
            }
            log.add("bind " + ifIndex);
            bound.put(ifIndex, number);
        }

        @Override
        public void bridge(final int ifIndex, final int bridge) {
            log.add("bridge of " + ifIndex + " is " + bridge);
        }

        @Override
        public int bound(final int ifIndex) {
            return bound.getOrDefault(ifIndex, 0);
        }

        @Override
        public void unbind(final int ifIndex) {
            log.add("unbind " + ifIndex);
            bound.remove(ifIndex);
        }

        @Override
        public void clear(final int number) {
            log.add("clear " + number);
            records.remove(number);
            words.remove(number);
        }
    }

    private final class Peers implements PeerTable {
        @Override
        public int capacity() {
            return peerCapacity;
        }

        @Override
        public int size() {
            return peers.size();
        }

        @Override
        public void putAll(final Map<IpAddress, PeerRow> more) {
            if (!more.isEmpty()) {
                log.add("put peers");
            }
            writes += more.size();
            peers.putAll(more);
            if (failPeers != null) {
                final RuntimeException failure = failPeers;
                failPeers = null;
                throw failure;
            }
        }

        @Override
        public void removeAll(final Iterable<IpAddress> addresses) {
            addresses.forEach(
                    address -> {
                        log.add("remove peer");
                        writes++;
                        peers.remove(address);
                    });
        }

        @Override
        public Map<IpAddress, PeerRow> readAll() {
            return Map.copyOf(peers);
        }
    }

    private final class Cidrs implements CidrTable {
        @Override
        public int capacity() {
            return cidrCapacity;
        }

        @Override
        public int size() {
            return cidrs.size();
        }

        @Override
        public int size(final boolean ipv4) {
            return (int) cidrs.keySet().stream().filter(each -> each.isIpv4() == ipv4).count();
        }

        @Override
        public void putAll(final Map<IpPrefix, PeerRow> more) {
            if (!more.isEmpty()) {
                log.add("put cidrs");
            }
            writes += more.size();
            cidrs.putAll(more);
        }

        @Override
        public void removeAll(final Iterable<IpPrefix> prefixes) {
            prefixes.forEach(
                    prefix -> {
                        writes++;
                        cidrs.remove(prefix);
                    });
        }

        @Override
        public Map<IpPrefix, PeerRow> readAll() {
            return Map.copyOf(cidrs);
        }
    }

    private final class Policies implements PolicyTable {
        @Override
        public int capacity() {
            return policyCapacity;
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public void putAll(final Map<PolicyKey, PolicyRow> more) {
            if (!more.isEmpty()) {
                log.add("put rows");
            }
            writes += more.size();
            rows.putAll(more);
        }

        @Override
        public void removeAll(final Iterable<PolicyKey> keys) {
            keys.forEach(
                    key -> {
                        log.add("remove row");
                        writes++;
                        rows.remove(key);
                    });
        }

        @Override
        public Map<PolicyKey, PolicyRow> readAll() {
            return Map.copyOf(rows);
        }
    }

    private final class Control implements ControlTable {
        private boolean hostPolicy;

        @Override
        public int revision() {
            return revision;
        }

        @Override
        public void revision(final int next) {
            log.add("revision");
            revision = next;
        }

        @Override
        public void flags(final boolean node, final boolean v4, final boolean v6) {
            hostPolicy = node;
        }

        @Override
        public boolean hostPolicy() {
            return hostPolicy;
        }

        @Override
        public void roundTrips(final boolean measured) {}

        @Override
        public void flowsKnown(final int jiffies) {}

        @Override
        public void timeouts(final Timeouts timeouts) {}

        @Override
        public IdleLimits idleLimits() {
            return new IdleLimits(1, 1, 1, 1, 1, 1, 1);
        }

        @Override
        public void awaitGrace() {
            log.add("grace");
        }
    }

    private final class Connections implements ConnectionTable {
        @Override
        public int capacity() {
            return 1_000;
        }

        @Override
        public int used() {
            return connections.size();
        }

        @Override
        public boolean insert(final FlowKey key, final Connection connection, final int now) {
            log.add("adopt");
            return connections.putIfAbsent(key, connection) == null;
        }

        @Override
        public void readAll(final int now, final Visitor visitor) {
            connections.forEach(visitor::onConnection);
        }

        @Override
        public Sweep sweep(final int now) {
            return new Sweep(connections.size(), 0);
        }

        @Override
        public int removeEndpoints(final IntPredicate gone) {
            final int before = connections.size();
            connections.keySet().removeIf(key -> gone.test(key.endpoint()));
            return before - connections.size();
        }
    }

    private final class RecordedHooks implements Hooks {
        @Override
        public InterfaceHooks attach(final int ifIndex) {
            if (failHooks != null) {
                throw failHooks;
            }
            log.add("hooks " + ifIndex);
            hooked.add(ifIndex);
            return inspect(ifIndex);
        }

        @Override
        public void detach(final int ifIndex) {
            log.add("unhook " + ifIndex);
            hooked.remove(ifIndex);
        }

        @Override
        public InterfaceHooks inspect(final int ifIndex) {
            return new InterfaceHooks(
                    ifIndex,
                    state(Hook.FROM_CONTAINER, ifIndex),
                    state(Hook.TO_CONTAINER, ifIndex),
                    new HookState(Hook.SHIELD, HookState.Status.MISSING, "", 0, ""));
        }

        private HookState state(final Hook hook, final int ifIndex) {
            return hooked.contains(ifIndex)
                    ? new HookState(hook, HookState.Status.CURRENT, "tcx", 7, "")
                    : new HookState(hook, HookState.Status.MISSING, "", 0, "nothing attached");
        }

        @Override
        public HookState xdpOn(final int ifIndex, final XdpMode mode) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void xdpOff(final int ifIndex) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Integer> attached() {
            return Set.copyOf(hooked);
        }

        @Override
        public AttachMode mode() {
            return AttachMode.TCX;
        }
    }
}
