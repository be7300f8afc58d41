package dev.weir.controller.lint;

import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.List;

/** Which peers and ports hold all that others hold. Says no where it cannot tell. */
final class TrafficLogic {
    private TrafficLogic() {}

    /** No list at all is everyone. */
    static boolean coversPeers(final List<PolicyPeer> wide, final List<PolicyPeer> narrow) {
        return wide.isEmpty()
                || !narrow.isEmpty()
                        && narrow.stream()
                                .allMatch(each -> wide.stream().anyMatch(w -> covers(w, each)));
    }

    /** No list at all is every protocol and port. */
    static boolean coversPorts(final List<PolicyPort> wide, final List<PolicyPort> narrow) {
        return wide.isEmpty()
                || !narrow.isEmpty()
                        && narrow.stream()
                                .allMatch(each -> wide.stream().anyMatch(w -> covers(w, each)));
    }

    private static boolean covers(final PolicyPort wide, final PolicyPort narrow) {
        if (wide.protocol() != narrow.protocol()) {
            return false;
        }
        if (wide.name().isPresent() || narrow.name().isPresent()) {
            return wide.name().equals(narrow.name())
                    || wide.equals(PolicyPort.any(wide.protocol()));
        }
        return wide.first() <= narrow.first() && narrow.last() <= wide.last();
    }

    static boolean covers(final PolicyPeer wide, final PolicyPeer narrow) {
        if (wide instanceof BlockPeer wideBlock) {
            return narrow instanceof BlockPeer block && covers(wideBlock.block(), block.block());
        }
        if (!(narrow instanceof SelectorPeer)) {
            return false;
        }
        final SelectorPeer a = (SelectorPeer) wide;
        final SelectorPeer b = (SelectorPeer) narrow;
        final boolean namespaces =
                a.namespaces().isPresent()
                        ? b.namespaces().isPresent()
                                        && SelectorLogic.covers(
                                                a.namespaces().get(), b.namespaces().get())
                                || a.namespaces().get().equals(LabelSelector.EVERYTHING)
                        : b.namespaces().isEmpty();
        return namespaces
                && SelectorLogic.covers(
                        a.pods().orElse(LabelSelector.EVERYTHING),
                        b.pods().orElse(LabelSelector.EVERYTHING));
    }

    private static boolean covers(final IpBlock wide, final IpBlock narrow) {
        return wide.cidr().covers(narrow.cidr())
                && wide.except().stream()
                        .filter(hole -> narrow.cidr().covers(hole) || hole.covers(narrow.cidr()))
                        .allMatch(
                                hole -> narrow.except().stream().anyMatch(own -> own.covers(hole)));
    }

    /** True when the exceptions leave nothing of the block. */
    static boolean isEmpty(final IpBlock block) {
        return isCovered(block.cidr(), block.except());
    }

    private static boolean isCovered(final IpPrefix prefix, final List<IpPrefix> holes) {
        if (holes.stream().anyMatch(hole -> hole.covers(prefix))) {
            return true;
        }
        final List<IpPrefix> inside = holes.stream().filter(prefix::covers).toList();
        return !inside.isEmpty()
                && isCovered(half(prefix, false), inside)
                && isCovered(half(prefix, true), inside);
    }

    /** Only asked of a prefix that holds a longer one. */
    private static IpPrefix half(final IpPrefix prefix, final boolean upper) {
        final byte[] bytes = prefix.address().mapped();
        final int bit = prefix.length() + (prefix.isIpv4() ? 96 : 0);
        if (upper) {
            bytes[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return new IpPrefix(IpAddress.of(bytes), prefix.length() + 1);
    }
}
