package dev.weir.controller.policy;

import dev.weir.controller.identity.IpBlock;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one element of {@code from} or {@code to}. */
final class PeerParser {
    private static final Pattern CIDR = Pattern.compile("[0-9a-fA-F:.]+/[0-9]{1,3}");
    private static final String WRONG_CIDR =
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64), and not an"
                    + " IPv4-mapped IPv6 address";

    private PeerParser() {}

    static Optional<PolicyPeer> parse(final FieldReader peer) {
        final Optional<LabelSelector> pods = peer.object("podSelector").map(SelectorParser::parse);
        final Optional<LabelSelector> namespaces =
                peer.object("namespaceSelector").map(SelectorParser::parse);
        final Optional<FieldReader> block = peer.object("ipBlock");
        peer.finish();
        if (block.isPresent()) {
            if (pods.isPresent() || namespaces.isPresent()) {
                peer.problems()
                        .forbidden(peer.path(), "may not specify both ipBlock and another peer");
            }
            return block(block.get()).map(BlockPeer::new);
        }
        if (pods.isEmpty() && namespaces.isEmpty()) {
            peer.problems().required(peer.path(), "must specify a peer");
            return Optional.empty();
        }
        return Optional.of(new SelectorPeer(pods, namespaces));
    }

    private static Optional<IpBlock> block(final FieldReader block) {
        final Optional<String> text = block.text("cidr");
        final List<String> holes = block.texts("except");
        block.finish();
        if (text.orElse("").isEmpty()) {
            block.problems().required(block.path("cidr"), "");
        }
        final Optional<IpPrefix> cidr =
                text.filter(given -> !given.isEmpty())
                        .flatMap(given -> cidr(block, block.path("cidr"), given));
        final List<IpPrefix> except = new ArrayList<>();
        for (int i = 0; i < holes.size(); i++) {
            final String place = block.path("except") + "[" + i + "]";
            final String given = holes.get(i);
            if (given != null) {
                cidr(block, place, given)
                        .filter(hole -> isInside(block, place, given, hole, cidr))
                        .ifPresent(except::add);
            }
        }
        return cidr.map(known -> new IpBlock(known, except));
    }

    private static boolean isInside(
            final FieldReader block,
            final String place,
            final String given,
            final IpPrefix hole,
            final Optional<IpPrefix> cidr) {
        if (cidr.isEmpty()) {
            return false;
        }
        final boolean inside = cidr.get().covers(hole) && hole.length() > cidr.get().length();
        if (!inside) {
            block.problems().invalid(place, given, "must be a strict subset of `cidr`");
        }
        return inside;
    }

    private static Optional<IpPrefix> cidr(
            final FieldReader block, final String place, final String text) {
        final Optional<IpPrefix> prefix = prefix(text);
        if (prefix.isEmpty()) {
            block.problems().invalid(place, text, WRONG_CIDR);
        }
        return prefix;
    }

    /** Empty unless it is a CIDR of either family, IPv4 not in the clothes of IPv6. */
    static Optional<IpPrefix> prefix(final String text) {
        try {
            if (CIDR.matcher(text).matches()) {
                final IpPrefix prefix = IpPrefix.parse(text);
                if (prefix.isIpv4() == (text.indexOf(':') < 0)) {
                    return Optional.of(prefix);
                }
            }
        } catch (final IllegalArgumentException e) {
            // No address, or a length its family does not have: the caller says both.
        }
        return Optional.empty();
    }
}
