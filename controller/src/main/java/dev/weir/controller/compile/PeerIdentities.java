package dev.weir.controller.compile;

import dev.weir.controller.identity.BlockSet;
import dev.weir.controller.identity.BlockSets;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.identity.StableNumbers;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers all peers that policies can tell apart. An endpoint has an identity for each set of
 * blocks that its addresses are in, so that a block of one family says nothing about the other.
 */
final class PeerIdentities {
    private static final int LONGEST_KEY = 128;

    private final DesiredState desired;
    private final BlockSets blocks;
    private final Map<EndpointSpec, Workload> workloads;
    private final StableNumbers numbers;

    private final String[] blockKeys;
    private final Map<Peer, String> drafts = new LinkedHashMap<>();
    private final Map<Peer, Integer> identities = new HashMap<>();
    private final SortedMap<Integer, IdentityInfo> infos = new TreeMap<>();
    private final Map<Workload, List<Integer>> byWorkload = new HashMap<>();
    private final List<List<Integer>> byBlock = new ArrayList<>();
    private final Map<Integer, Workload> workloadByIdentity = new TreeMap<>();

    PeerIdentities(
            final DesiredState desired,
            final BlockSets blocks,
            final Map<EndpointSpec, Workload> workloads,
            final Numbering previous) {
        this.desired = desired;
        this.blocks = blocks;
        this.workloads = workloads;
        this.blockKeys = new String[blocks.blocks().size()];
        blocks.blocks().forEach(block -> byBlock.add(new ArrayList<>()));
        this.numbers =
                new StableNumbers(
                        previous.identities(),
                        IdentityInfo.FIRST,
                        Integer.MAX_VALUE,
                        previous.nextIdentity());
        info(IdentityInfo.HOST, new Peer(null, blocks.none(), true));
        info(IdentityInfo.WORLD, new Peer(null, blocks.none(), false));
        for (final EndpointSpec endpoint : desired.endpoints().values()) {
            peersOf(endpoint).forEach(this::draft);
        }
        if (desired.hostPolicy()) {
            desired.hostAddresses().forEach(address -> draft(hostPeer(address)));
        }
        blocks.prefixes().values().forEach(set -> draft(new Peer(null, set, false)));
        number();
    }

    /** In the order of their keys, so that the same state always gives the same numbers. */
    private void number() {
        drafts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .forEach(draft -> info(numbers.of(draft.getValue()), draft.getKey()));
        byWorkload.values().forEach(list -> list.sort(Comparator.naturalOrder()));
        byBlock.forEach(list -> list.sort(Comparator.naturalOrder()));
    }

    private void info(final int number, final Peer peer) {
        identities.put(peer, number);
        final Workload workload = peer.workload;
        infos.put(
                number,
                new IdentityInfo(
                        number,
                        workload == null ? null : workload.namespace(),
                        workload == null ? Map.of() : workload.labels(),
                        workload == null ? List.of() : workload.ports(),
                        peer.set.blocks(),
                        peer.host));
        if (workload != null) {
            byWorkload.computeIfAbsent(workload, key -> new ArrayList<>()).add(number);
            workloadByIdentity.put(number, workload);
        }
        peer.set.ids().forEach(id -> byBlock.get(id).add(number));
    }

    private void draft(final Peer peer) {
        if (!identities.containsKey(peer)) {
            drafts.computeIfAbsent(peer, this::key);
        }
    }

    /** Sets of many blocks, and blocks of many holes, are known by their digest. */
    private String key(final Peer peer) {
        final StringBuilder set = new StringBuilder();
        peer.set.ids().forEach(id -> set.append('\0').append(blockKey(id)));
        return (peer.workload != null ? peer.workload.key() : peer.host ? "host" : "cidr")
                + (set.length() <= LONGEST_KEY ? set : "\0#" + Digest.of(set.toString()));
    }

    private String blockKey(final int id) {
        if (blockKeys[id] == null) {
            final String text = blocks.blocks().get(id).toString();
            blockKeys[id] = text.length() <= LONGEST_KEY ? text : '#' + Digest.of(text);
        }
        return blockKeys[id];
    }

    private List<Peer> peersOf(final EndpointSpec endpoint) {
        final Workload workload = workloads.get(endpoint);
        return endpoint.addresses().isEmpty()
                ? List.of(new Peer(workload, blocks.none(), false))
                : endpoint.addresses().stream()
                        .map(address -> new Peer(workload, blocks.at(address), false))
                        .toList();
    }

    private Peer hostPeer(final IpAddress address) {
        return new Peer(null, desired.hostPolicy() ? blocks.at(address) : blocks.none(), true);
    }

    Map<Integer, Integer> identityByEndpoint() {
        final Map<Integer, Integer> byEndpoint = new TreeMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) ->
                                byEndpoint.put(number, identities.get(peersOf(endpoint).get(0))));
        return byEndpoint;
    }

    /** Where two claim an address, an endpoint has it before the host, the lowest number first. */
    Map<IpAddress, Integer> peers() {
        final Map<IpAddress, Integer> peers = new TreeMap<>();
        desired.endpoints()
                .values()
                .forEach(
                        endpoint -> {
                            final List<Peer> own = peersOf(endpoint);
                            for (int i = 0; i < endpoint.addresses().size(); i++) {
                                peers.putIfAbsent(
                                        endpoint.addresses().get(i), identities.get(own.get(i)));
                            }
                        });
        desired.hostAddresses()
                .forEach(address -> peers.putIfAbsent(address, identities.get(hostPeer(address))));
        return peers;
    }

    Map<IpAddress, Integer> owners() {
        final Map<IpAddress, Integer> owners = new TreeMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) ->
                                endpoint.addresses()
                                        .forEach(address -> owners.putIfAbsent(address, number)));
        return owners;
    }

    Map<IpPrefix, Integer> cidrs() {
        final Map<IpPrefix, Integer> cidrs = new LinkedHashMap<>();
        blocks.prefixes()
                .forEach(
                        (prefix, set) ->
                                cidrs.put(prefix, identities.get(new Peer(null, set, false))));
        return cidrs;
    }

    /** Ascending. */
    List<Integer> of(final Workload workload) {
        return byWorkload.getOrDefault(workload, List.of());
    }

    /** All peers inside the block, endpoints and hosts among them; ascending. */
    List<Integer> in(final IpBlock block) {
        return byBlock.get(blocks.id(block));
    }

    /** Identities of endpoints, ascending, and their workload. */
    Map<Integer, Workload> workloads() {
        return workloadByIdentity;
    }

    SortedMap<Integer, IdentityInfo> infos() {
        return infos;
    }

    StableNumbers numbers() {
        return numbers;
    }

    /**
     * @param workload null for addresses that are no endpoint's
     */
    private record Peer(Workload workload, BlockSet set, boolean host) {}
}
