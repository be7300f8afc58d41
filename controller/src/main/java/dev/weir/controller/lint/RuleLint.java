package dev.weir.controller.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyText;
import dev.weir.controller.policy.Protocol;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks at the peers and ports of rules.
 *
 * @param namespace of the policy; empty for a cluster-wide one
 * @param warnings where to tell
 */
record RuleLint(
        String namespace,
        Direction direction,
        Optional<Surroundings> surroundings,
        Warnings warnings) {

    void peers(final String field, final List<PolicyPeer> peers) {
        for (int i = 0; i < peers.size(); i++) {
            final String place = field + "[" + i + "]";
            if (peers.get(i) instanceof SelectorPeer selector) {
                selector(place, selector);
            } else if (TrafficLogic.isEmpty(((BlockPeer) peers.get(i)).block())) {
                warnings.add(
                        place + ".ipBlock",
                        "empty-block",
                        "matches nothing: its exceptions cover all of it");
            }
            for (int before = 0; before < i; before++) {
                if (TrafficLogic.covers(peers.get(before), peers.get(i))) {
                    warnings.add(
                            place,
                            "shadowed-peer",
                            "adds nothing to peer " + before + " of the same rule");
                    break;
                }
            }
        }
    }

    private void selector(final String field, final SelectorPeer peer) {
        final boolean noPod =
                warnings.contradiction(
                        field + ".podSelector", peer.pods().orElse(LabelSelector.EVERYTHING));
        final boolean noNamespace =
                warnings.contradiction(
                        field + ".namespaceSelector",
                        peer.namespaces().orElse(LabelSelector.EVERYTHING));
        if (noPod || noNamespace || surroundings.isEmpty()) {
            return;
        }
        final Surroundings around = surroundings.get();
        final LabelSelector namespaces = peer.namespaces().orElse(LabelSelector.EVERYTHING);
        if (!around.hasNamespace(namespaces) && !namespaces.equals(LabelSelector.EVERYTHING)) {
            warnings.add(
                    field + ".namespaceSelector",
                    "no-such-namespace",
                    "no namespace known here is among " + PolicyText.namespaces(namespaces));
        } else if (around.select(peer, namespace).isEmpty()) {
            warnings.add(
                    field,
                    "selects-nothing",
                    "selects no container here: " + PolicyText.peer(peer, namespace));
        }
    }

    /**
     * @param given the list as the user wrote it; says whether a protocol was given
     */
    void ports(final String field, final List<PolicyPort> ports, final JsonNode given) {
        for (int i = 0; i < ports.size(); i++) {
            final String place = field + "[" + i + "]";
            final JsonNode port = given.path(i);
            if (port.hasNonNull("endPort") && port.path("endPort").equals(port.path("port"))) {
                warnings.add(
                        place + ".endPort",
                        "range-of-one",
                        "is the port itself: a range of one port");
            }
            if (!port.hasNonNull("protocol")) {
                protocol(place, ports, given, i);
            }
            for (int before = 0; before < i; before++) {
                if (TrafficLogic.coversPorts(List.of(ports.get(before)), List.of(ports.get(i)))) {
                    warnings.add(
                            place,
                            "shadowed-port",
                            "adds nothing to port " + before + " of the same rule");
                    break;
                }
            }
        }
    }

    /** One port without a protocol among others that all say SCTP, or all say UDP. */
    private void protocol(
            final String place,
            final List<PolicyPort> ports,
            final JsonNode given,
            final int index) {
        final List<Protocol> others =
                IntStream.range(0, ports.size())
                        .filter(i -> i != index && given.path(i).hasNonNull("protocol"))
                        .mapToObj(i -> ports.get(i).protocol())
                        .distinct()
                        .toList();
        if (others.size() == 1 && others.get(0) != Protocol.TCP) {
            warnings.add(
                    place,
                    "protocol-missing",
                    "has no protocol and so is TCP, while the others are " + others.get(0));
        }
    }

    /** Bits right of the length say nothing, so they were surely meant to. */
    void blocks(final String field, final JsonNode peers) {
        for (int i = 0; i < peers.size(); i++) {
            final JsonNode block = peers.get(i).path("ipBlock");
            final String place = field + "[" + i + "].ipBlock.";
            hostBits(place + "cidr", block.path("cidr"));
            for (int hole = 0; hole < block.path("except").size(); hole++) {
                hostBits(place + "except[" + hole + "]", block.path("except").get(hole));
            }
        }
    }

    private void hostBits(final String field, final JsonNode cidr) {
        if (!cidr.isTextual()) {
            return;
        }
        final String text = cidr.textValue();
        final String network = IpPrefix.parse(text).toString();
        final String address = text.substring(0, text.indexOf('/'));
        if (!IpPrefix.parse(network).address().equals(IpAddress.parse(address))) {
            warnings.add(field, "host-bits", text + " is taken as " + network);
        }
    }
}
