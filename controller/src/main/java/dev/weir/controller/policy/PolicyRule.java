package dev.weir.controller.policy;

import java.util.List;

/**
 * One element of {@code ingress} or {@code egress}: any of the peers on any of the ports.
 *
 * @param peers empty = every peer
 * @param ports empty = every protocol and port
 */
public record PolicyRule(List<PolicyPeer> peers, List<PolicyPort> ports) {
    public PolicyRule {
        peers = List.copyOf(peers);
        ports = List.copyOf(ports);
    }
}
