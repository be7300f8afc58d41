package dev.weir.controller.compile;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.ClusterPolicySpec;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.Protocol;
import dev.weir.controller.policy.SelectorPeer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random cluster policies for the world of {@link Scenarios}. */
final class ClusterScenarios {
    static final List<String> NAMES = List.of("c1", "c2", "c3", "c4", "c5");

    private ClusterScenarios() {}

    /** Names and priorities are few, so that some are equal. */
    public static Arbitrary<ClusterNetworkPolicy> policies() {
        final Arbitrary<ObjectMeta> metas =
                Combinators.combine(Arbitraries.of(NAMES), Scenarios.audits())
                        .as(
                                (name, audit) ->
                                        new ObjectMeta(
                                                name,
                                                "",
                                                null,
                                                null,
                                                Map.of(),
                                                Map.of(NetworkPolicy.AUDIT_ANNOTATION, audit)));
        final Arbitrary<ClusterPolicySpec> specs =
                Combinators.combine(
                                Arbitraries.of(ClusterPolicySpec.Tier.class),
                                Arbitraries.of(0, 1, 2, 1000),
                                podsOfNamespaces(),
                                clusterRules(podsOfNamespaces().map(peer -> peer))
                                        .list()
                                        .ofMaxSize(3),
                                clusterRules(
                                                Arbitraries.oneOf(
                                                        podsOfNamespaces().map(peer -> peer),
                                                        networks()))
                                        .list()
                                        .ofMaxSize(3))
                        .as(ClusterPolicySpec::new);
        return Combinators.combine(metas, specs)
                .as(
                        (meta, spec) ->
                                new ClusterNetworkPolicy(meta, spec, MissingNode.getInstance()));
    }

    private static Arbitrary<PolicyPeer> networks() {
        return Scenarios.cidrs().map(cidr -> new BlockPeer(new IpBlock(cidr, List.of())));
    }

    private static Arbitrary<SelectorPeer> podsOfNamespaces() {
        final Arbitrary<LabelSelector> wide =
                Arbitraries.frequencyOf(
                        Tuple.of(2, Arbitraries.just(LabelSelector.EVERYTHING)),
                        Tuple.of(1, Scenarios.selectors()));
        return Combinators.combine(wide.optional(0.5), wide)
                .as((pods, namespaces) -> new SelectorPeer(pods, Optional.of(namespaces)));
    }

    private static Arbitrary<ClusterPolicyRule> clusterRules(final Arbitrary<PolicyPeer> peers) {
        final Arbitrary<List<PolicyPort>> named =
                Arbitraries.of(Scenarios.PORT_NAMES)
                        .map(
                                name ->
                                        Arrays.stream(Protocol.values())
                                                .map(each -> PolicyPort.named(each, name))
                                                .toList());
        return Combinators.combine(
                        Arbitraries.of(ClusterPolicyRule.Action.class),
                        peers.list().ofMinSize(1).ofMaxSize(2),
                        Arbitraries.oneOf(
                                Arbitraries.just(List.<PolicyPort>of()),
                                named,
                                Scenarios.ports()
                                        .filter(port -> port.name().isEmpty())
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3)))
                .as((action, some, ports) -> new ClusterPolicyRule("", action, some, ports));
    }
}
