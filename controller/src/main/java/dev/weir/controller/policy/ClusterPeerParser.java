package dev.weir.controller.policy;

import dev.weir.controller.identity.IpBlock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one element of {@code from} or {@code to} of a ClusterNetworkPolicy. */
final class ClusterPeerParser {
    /** A CIDR of 43 characters is the longest: 39 of the address, 4 of the length. */
    private static final int LONGEST_CIDR = 43;

    private static final String WRONG_CIDR = "Invalid CIDR format provided";

    private ClusterPeerParser() {}

    /**
     * @param egress networks, nodes and domainNames exist only there
     * @return one peer for each network, else one; none if it is wrong
     */
    static List<PolicyPeer> parse(final FieldReader peer, final boolean egress) {
        final List<PolicyPeer> peers = new ArrayList<>();
        pods(peer).ifPresent(peers::add);
        if (egress) {
            peers.addAll(networks(peer));
            refused(peer, "nodes");
            refused(peer, "domainNames");
        }
        peer.finish();
        peer.exactlyOne();
        return peers;
    }

    static boolean hasNoNamedPorts(final FieldReader peer) {
        return peer.node("networks").isPresent()
                || peer.node("nodes").isPresent()
                || peer.node("domainNames").isPresent();
    }

    /** {@code namespaces}, or {@code pods} with both of its selectors. */
    static Optional<SelectorPeer> pods(final FieldReader reader) {
        final Optional<SelectorPeer> namespaces =
                reader.object("namespaces")
                        .map(SelectorParser::parse)
                        .map(selector -> new SelectorPeer(Optional.empty(), Optional.of(selector)));
        final Optional<SelectorPeer> pods = reader.object("pods").map(ClusterPeerParser::both);
        return namespaces.or(() -> pods);
    }

    private static SelectorPeer both(final FieldReader pods) {
        final LabelSelector namespaces =
                pods.object("namespaceSelector")
                        .map(SelectorParser::parse)
                        .orElse(LabelSelector.EVERYTHING);
        final LabelSelector selector =
                pods.object("podSelector")
                        .map(SelectorParser::parse)
                        .orElse(LabelSelector.EVERYTHING);
        if (pods.node("podSelector").isEmpty()) {
            pods.problems().required(pods.path("podSelector"), "");
        }
        pods.finish();
        return new SelectorPeer(Optional.of(selector), Optional.of(namespaces));
    }

    private static List<PolicyPeer> networks(final FieldReader peer) {
        final List<PolicyPeer> blocks = new ArrayList<>();
        if (peer.node("networks").isEmpty()) {
            return blocks;
        }
        final List<String> given = peer.texts("networks");
        final Problems problems = peer.problems();
        problems.between(
                peer.path("networks"), given.size(), 1, ClusterNetworkPolicyParser.MOST_ENTRIES);
        final Set<String> seen = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            final String text = given.get(i);
            final String place = peer.path("networks") + "[" + i + "]";
            if (text == null) {
                continue; // of another type, and told
            }
            if (!seen.add(text)) {
                problems.duplicate(place, text);
            }
            problems.notLonger(place, text, LONGEST_CIDR);
            PeerParser.prefix(text)
                    .ifPresentOrElse(
                            prefix -> blocks.add(new BlockPeer(new IpBlock(prefix, List.of()))),
                            () -> problems.invalid(place, text, WRONG_CIDR));
        }
        return blocks;
    }

    /** A peer that would be there without effect is worse than none: the policy is refused. */
    private static void refused(final FieldReader peer, final String field) {
        if (peer.node(field).isPresent()) {
            peer.problems()
                    .forbidden(
                            peer.path(field),
                            field
                                    + " peers are not enforced by Weir, so a policy that has one is"
                                    + " refused (expected: namespaces, pods or networks)");
        }
    }
}
