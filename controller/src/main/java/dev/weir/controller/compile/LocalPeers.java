package dev.weir.controller.compile;

import dev.weir.controller.identity.BlockSets;
import dev.weir.dataplane.layout.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The addresses of endpoints and of the node. An endpoint is a peer for each set of blocks that its
 * addresses are in, so that a block of one family says nothing about the other.
 */
final class LocalPeers {
    private final DesiredState desired;
    private final BlockSets blocks;
    private final Workloads workloads;

    LocalPeers(final DesiredState desired, final BlockSets blocks, final Workloads workloads) {
        this.desired = desired;
        this.blocks = blocks;
        this.workloads = workloads;
    }

    /** Without those whose identity is a reserved one. */
    Set<Peer> all() {
        final Set<Peer> all = new HashSet<>();
        desired.endpoints().values().forEach(endpoint -> all.addAll(of(endpoint)));
        if (desired.hostPolicy()) {
            desired.hostAddresses().forEach(address -> all.add(host(address)));
        }
        all.removeIf(Peer::isReserved);
        return all;
    }

    /** One for each address; one without blocks if there is none. */
    private List<Peer> of(final EndpointSpec endpoint) {
        final Workload workload = workloads.of(endpoint);
        return endpoint.addresses().isEmpty()
                ? List.of(new Peer(workload, blocks.none(), false))
                : endpoint.addresses().stream()
                        .map(address -> new Peer(workload, blocks.at(address), false))
                        .toList();
    }

    private Peer host(final IpAddress address) {
        return new Peer(null, desired.hostPolicy() ? blocks.at(address) : blocks.none(), true);
    }

    /** Endpoint number to the identity of its first address. */
    Map<Integer, Integer> identityByEndpoint(final Peers peers) {
        final Map<Integer, Integer> byEndpoint = new TreeMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) ->
                                byEndpoint.put(number, peers.identity(of(endpoint).get(0))));
        return byEndpoint;
    }

    /** Where two claim an address, an endpoint has it before the host, the lowest number first. */
    Map<IpAddress, Integer> identityByAddress(final Peers peers) {
        final Map<IpAddress, Integer> byAddress = new TreeMap<>();
        for (final EndpointSpec endpoint : desired.endpoints().values()) {
            final List<Peer> own = of(endpoint);
            for (int i = 0; i < endpoint.addresses().size(); i++) {
                byAddress.putIfAbsent(endpoint.addresses().get(i), peers.identity(own.get(i)));
            }
        }
        for (final IpAddress address : desired.hostAddresses()) {
            byAddress.putIfAbsent(address, peers.identity(host(address)));
        }
        return byAddress;
    }

    /** Address to endpoint number. */
    Map<IpAddress, Integer> owners() {
        final Map<IpAddress, Integer> owners = new TreeMap<>();
        desired.endpoints()
                .forEach(
                        (number, endpoint) ->
                                endpoint.addresses()
                                        .forEach(address -> owners.putIfAbsent(address, number)));
        return owners;
    }
}
