package dev.weir.controller.explain;

import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.explain.VerdictAnswer.RuleCheck;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyText;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a rule matches a packet or does not, read from the policy as a person would; a property test
 * holds it against the rows that decide.
 *
 * @param own the endpoint whose policy it is
 * @param other the peer, if it is an endpoint
 * @param remote address of the peer, if it has one
 * @param peerName for people
 */
record ClauseMatcher(
        DesiredState desired,
        Direction direction,
        EndpointSpec own,
        Optional<EndpointSpec> other,
        Optional<IpAddress> remote,
        String peerName,
        int protocol,
        int port) {
    private static final int SHOWN = 3;

    RuleCheck check(final Clause clause) {
        final List<String> peers = new ArrayList<>();
        final Optional<String> peer =
                clause.peers().isEmpty() ? Optional.of("anyone") : matchingPeer(clause, peers);
        final List<String> ports = new ArrayList<>();
        final Optional<String> matchingPort =
                clause.ports().isEmpty()
                        ? Optional.of("every protocol and port")
                        : matchingPort(clause, ports);
        final List<String> differs = new ArrayList<>();
        final List<String> mismatch = new ArrayList<>();
        if (peer.isEmpty()) {
            differs.add("peer");
            mismatch.add("peer differs: " + limited(peers));
        }
        if (matchingPort.isEmpty()) {
            differs.add("port");
            mismatch.add("port differs: " + limited(ports));
        }
        return new RuleCheck(
                clause.kind(),
                clause.policy(),
                clause.rule(),
                clause.tier(),
                clause.audit(),
                clause.words(),
                differs.isEmpty()
                        ? Optional.of(peer.get() + ", " + matchingPort.get())
                        : Optional.empty(),
                differs,
                mismatch.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", mismatch)));
    }

    private static String limited(final List<String> reasons) {
        final List<String> distinct = reasons.stream().distinct().toList();
        final int more = distinct.size() - SHOWN;
        return String.join(" / ", distinct.subList(0, Math.min(SHOWN, distinct.size())))
                + (more > 0 ? " / and " + more + " more" : "");
    }

    private Optional<String> matchingPeer(final Clause clause, final List<String> mismatches) {
        for (final PolicyPeer peer : clause.peers()) {
            final Optional<String> mismatch =
                    peer instanceof BlockPeer block
                            ? mismatch(block.block())
                            : mismatch((SelectorPeer) peer, clause.namespace());
            if (mismatch.isEmpty()) {
                return Optional.of(PolicyText.peer(peer, clause.namespace()));
            }
            mismatches.add(mismatch.get());
        }
        return Optional.empty();
    }

    private Optional<String> mismatch(final IpBlock block) {
        if (remote.isEmpty()) {
            return Optional.of(peerName + " has no address to be in " + block.cidr());
        }
        final IpAddress address = remote.get();
        if (!block.cidr().contains(address)) {
            return Optional.of(address + " is not in " + block.cidr());
        }
        for (final IpPrefix hole : block.except()) {
            if (hole.contains(address)) {
                return Optional.of(address + " is in " + hole + ", which is excepted");
            }
        }
        return Optional.empty();
    }

    private Optional<String> mismatch(final SelectorPeer peer, final String ownNamespace) {
        if (other.isEmpty()) {
            return Optional.of(peerName + " is no container of this node");
        }
        final String namespace = other.get().namespace();
        final Optional<String> byNamespace =
                peer.namespaces().isEmpty()
                        ? Optional.of(ownNamespace)
                                .filter(wanted -> !wanted.equals(namespace))
                                .map(wanted -> "namespace is " + namespace + ", not " + wanted)
                        : SelectorMismatch.of(
                                        peer.namespaces().get(), desired.namespaceLabels(namespace))
                                .map(wrong -> "namespace " + namespace + ": " + wrong);
        final Optional<String> byPod =
                peer.pods().flatMap(pods -> SelectorMismatch.of(pods, other.get().labels()));
        return byNamespace.isPresent() && byPod.isPresent()
                ? Optional.of(byNamespace.get() + ", " + byPod.get())
                : byNamespace.or(() -> byPod);
    }

    private Optional<String> matchingPort(final Clause clause, final List<String> mismatches) {
        final String asked = TrafficText.of(protocol, port);
        for (final PolicyPort wanted : clause.ports()) {
            if (wanted.protocol().number() == protocol && matches(wanted)) {
                return Optional.of(PolicyText.port(wanted));
            }
        }
        mismatches.add(
                asked
                        + " is not "
                        + limited(clause.ports().stream().map(this::described).toList()));
        return Optional.empty();
    }

    private boolean matches(final PolicyPort wanted) {
        if (wanted.name().isEmpty()) {
            return wanted.first() <= port && port <= wanted.last();
        }
        return numbers(wanted).contains(port);
    }

    /** Names are those of whoever receives the packet. */
    private List<Integer> numbers(final PolicyPort wanted) {
        return receiver().map(EndpointSpec::ports).orElse(List.of()).stream()
                .filter(named -> named.name().equals(wanted.name().orElseThrow()))
                .filter(named -> named.protocol().equals(wanted.protocol().name()))
                .map(NamedPort::port)
                .toList();
    }

    private Optional<EndpointSpec> receiver() {
        return direction == Direction.INGRESS ? Optional.of(own) : other;
    }

    private String described(final PolicyPort wanted) {
        if (wanted.name().isEmpty()) {
            return PolicyText.port(wanted);
        }
        final List<Integer> numbers = numbers(wanted);
        final String who = receiver().map(Actor::name).orElse(peerName);
        return PolicyText.port(wanted)
                + (numbers.isEmpty()
                        ? ", which " + who + " does not have"
                        : ", which is " + numbers.get(0) + " of " + who);
    }
}
