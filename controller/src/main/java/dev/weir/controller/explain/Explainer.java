package dev.weir.controller.explain;

import dev.weir.controller.compile.CompiledState;
import dev.weir.controller.compile.DesiredState;
import dev.weir.controller.compile.EndpointSpec;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Answers what would become of a packet, from the rows that the kernel holds; and for containers
 * and labels that do not exist, from the rows that it would hold.
 */
public final class Explainer {
    private final World world;
    private final boolean supposed;
    private final Map<IpAddress, Integer> owners;
    private final VerdictQuery query;

    private Explainer(
            final World world,
            final boolean supposed,
            final Map<IpAddress, Integer> owners,
            final VerdictQuery query) {
        this.world = world;
        this.supposed = supposed;
        this.owners = owners;
        this.query = query;
    }

    /**
     * Containers and labels that do not exist are compiled on the side; nothing in force changes.
     *
     * @param compiled what is in force
     * @param desired what {@code compiled} was made of
     * @throws IllegalArgumentException if the query names an endpoint that does not exist
     */
    public static VerdictAnswer explain(
            final CompiledState compiled, final DesiredState desired, final VerdictQuery query) {
        final SortedMap<Integer, EndpointSpec> endpoints = new TreeMap<>(desired.endpoints());
        final VerdictQuery real =
                new VerdictQuery(
                        attach(query.from(), "from", endpoints),
                        attach(query.to(), "to", endpoints),
                        query.protocol(),
                        query.port(),
                        query.namespaces());
        final boolean supposed =
                endpoints.size() != desired.endpoints().size() || !query.namespaces().isEmpty();
        if (!supposed) {
            return new Explainer(World.of(desired, compiled), false, compiled.owners(), real)
                    .answer();
        }
        final SortedMap<String, Map<String, String>> namespaces =
                new TreeMap<>(desired.namespaces());
        namespaces.putAll(query.namespaces());
        final DesiredState state =
                new DesiredState(
                        desired.policies(),
                        desired.clusterPolicies(),
                        namespaces,
                        endpoints,
                        desired.hostAddresses(),
                        desired.hostPolicy());
        return new Explainer(World.of(state, compiled), true, compiled.owners(), real).answer();
    }

    private static VerdictQuery.Party attach(
            final VerdictQuery.Party party,
            final String field,
            final SortedMap<Integer, EndpointSpec> endpoints) {
        if (party instanceof VerdictQuery.LabelsParty supposed) {
            final int number = endpoints.isEmpty() ? 1 : endpoints.lastKey() + 1;
            endpoints.put(
                    number,
                    new EndpointSpec(
                            number,
                            supposed.namespace(),
                            "",
                            supposed.labels(),
                            supposed.ports(),
                            supposed.addresses()));
            return new VerdictQuery.EndpointParty(number);
        }
        if (party instanceof VerdictQuery.EndpointParty real
                && !endpoints.containsKey(real.number())) {
            throw new IllegalArgumentException(
                    field + ": endpoint " + real.number() + " (expected: one that is attached)");
        }
        return party;
    }

    private VerdictAnswer answer() {
        final Actor from = Actor.of(query.from(), world.desired(), owners);
        final Actor to = Actor.of(query.to(), world.desired(), owners);
        final List<String> hints = new ArrayList<>();
        final Optional<VerdictAnswer.Side> egress = side(Direction.EGRESS, from, to, hints);
        final Optional<VerdictAnswer.Side> ingress = side(Direction.INGRESS, to, from, hints);
        final List<Verdict> verdicts =
                Stream.of(egress, ingress)
                        .flatMap(Optional::stream)
                        .map(VerdictAnswer.Side::verdict)
                        .toList();
        final Verdict verdict =
                verdicts.contains(Verdict.DENIED)
                        ? Verdict.DENIED
                        : verdicts.contains(Verdict.AUDIT) ? Verdict.AUDIT : Verdict.ALLOWED;
        return new VerdictAnswer(verdict, supposed, egress, ingress, hints);
    }

    private Optional<VerdictAnswer.Side> side(
            final Direction direction,
            final Actor self,
            final Actor peer,
            final List<String> hints) {
        final String word = direction.name().toLowerCase(Locale.ROOT);
        if (self.endpoint().isEmpty()) {
            hints.add(
                    self.name()
                            + " is no container of this node: what may judge its "
                            + word
                            + " is not known here");
            return Optional.empty();
        }
        final EndpointSpec own = self.endpoint().get();
        final World rows = supposed ? World.narrow(world.desired(), own, peer, "") : world;
        final List<IpAddress> addresses = peer.seenFrom(self);
        final SideJudge judge = new SideJudge(direction, own, peer, peer.isSameAs(self), query);
        final VerdictAnswer.Side side = judge.judge(rows, addresses.stream().findFirst());
        for (final IpAddress address :
                addresses.subList(Math.min(1, addresses.size()), addresses.size())) {
            final VerdictAnswer.Side other = judge.judge(rows, Optional.of(address));
            if (other.verdict() != side.verdict()) {
                hints.add(
                        "over IPv"
                                + address.version()
                                + " the "
                                + word
                                + " verdict is another one, "
                                + other.verdict().name().toLowerCase(Locale.ROOT)
                                + ": "
                                + other.message());
            }
        }
        return Optional.of(side);
    }
}
