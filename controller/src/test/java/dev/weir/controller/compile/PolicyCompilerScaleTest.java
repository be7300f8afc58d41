package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.weir.controller.identity.IpBlock;
import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.PolicySpec;
import dev.weir.controller.policy.Protocol;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A large node: the work must grow with the rows, not with their product. */
class PolicyCompilerScaleTest {
    private static final int ENDPOINTS = 1_000;
    private static final int BLOCK_POLICIES = 100;
    private static final int BLOCKS_EACH = 100;
    private static final int RANGE_POLICIES = 50;
    private static final int RANGES_EACH = 100;

    /** 1,000 endpoints, 10,000 blocks with a hole each, 5,000 port ranges. */
    static DesiredState large() {
        final Desired desired = new Desired();
        for (int i = 1; i <= ENDPOINTS; i++) {
            desired.pod(
                    i,
                    "default",
                    "172.16." + i / 200 + "." + (1 + i % 200),
                    List.of(),
                    "app=a" + i % BLOCK_POLICIES,
                    "pod=p" + i);
        }
        for (int i = 0; i < BLOCK_POLICIES; i++) {
            final List<PolicyPeer> peers = new ArrayList<>();
            for (int j = 0; j < BLOCKS_EACH; j++) {
                final String net = "10." + i + "." + j + ".";
                peers.add(
                        new BlockPeer(
                                new IpBlock(
                                        IpPrefix.parse(net + "0/24"),
                                        List.of(IpPrefix.parse(net + "128/25")))));
            }
            desired.policy(
                    policy(
                            "blocks-" + i,
                            Map.of("app", "a" + i),
                            new PolicyRule(
                                    peers, List.of(PolicyPort.range(Protocol.TCP, 443, 443)))));
        }
        for (int i = 0; i < RANGE_POLICIES; i++) {
            final List<PolicyPort> ports = new ArrayList<>();
            for (int j = 0; j < RANGES_EACH; j++) {
                final int first = 1 + j * 600 + i;
                ports.add(PolicyPort.range(Protocol.TCP, first, first + 511));
            }
            desired.policy(
                    policy(
                            "ranges-" + i,
                            Map.of("app", "a" + i),
                            new PolicyRule(
                                    List.of(
                                            new SelectorPeer(
                                                    Optional.of(
                                                            new LabelSelector(
                                                                    Map.of("pod", "p" + (1 + i)),
                                                                    List.of())),
                                                    Optional.empty())),
                                    ports)));
        }
        return desired.state();
    }

    private static NetworkPolicy policy(
            final String name, final Map<String, String> labels, final PolicyRule rule) {
        return new NetworkPolicy(
                new ObjectMeta(name, "default", null, null, Map.of(), Map.of()),
                new PolicySpec(
                        new LabelSelector(labels, List.of()),
                        List.of(rule),
                        List.of(),
                        Set.of(Direction.INGRESS)),
                MissingNode.getInstance());
    }

    @Test
    void shouldGiveALargeNodeAsManyRowsAsItsPoliciesSay() {
        final DesiredState desired = large();

        final CompiledState compiled = PolicyCompiler.compile(desired, CompiledState.EMPTY);

        assertThat(compiled.policies()).hasSize(BLOCK_POLICIES);
        assertThat(compiled.cidrs()).hasSize(2 * BLOCK_POLICIES * BLOCKS_EACH);
        final long rows =
                compiled.policies().values().stream().mapToLong(each -> each.rows().size()).sum();
        // Only peers next to ranges, which have many prefix lengths, need a root each.
        final long roots = RANGE_POLICIES * (BLOCKS_EACH + 1L);
        assertThat(rows).isEqualTo(BLOCK_POLICIES * BLOCKS_EACH + roots + rangeRows());
        assertThat(StateDiff.between(compiled, PolicyCompiler.compile(desired, compiled)).isEmpty())
                .isTrue();
    }

    private static long rangeRows() {
        long rows = 0;
        for (int i = 0; i < RANGE_POLICIES; i++) {
            for (int j = 0; j < RANGES_EACH; j++) {
                final int first = 1 + j * 600 + i;
                rows += PortCover.of(List.of(new PortCover.Range(first, first + 511))).size();
            }
        }
        return rows;
    }

    @Test
    void shouldChangeOnlyWhatAPolicyIsFor() {
        final DesiredState desired = large();
        final CompiledState before = PolicyCompiler.compile(desired, CompiledState.EMPTY);

        final DesiredState changed =
                new Desired(desired)
                        .policy(
                                policy(
                                        "blocks-7",
                                        Map.of("app", "a7"),
                                        new PolicyRule(List.of(), List.of())))
                        .state();
        final StateDiff diff = StateDiff.between(before, PolicyCompiler.compile(changed, before));

        assertThat(diff.words()).hasSize(ENDPOINTS / BLOCK_POLICIES);
        assertThat(diff.rows()).hasSize(1);
        assertThat(diff.staleCidrs()).hasSize(2 * BLOCKS_EACH);
        assertThat(diff.peers()).isEmpty();
    }

    @Test
    void shouldKeepTheVeryRowsOfPoliciesThatDidNotChange() {
        final DesiredState desired = large();
        final Compilation before = compile(desired, Compilation.EMPTY);
        final PolicyRule everybody = new PolicyRule(List.of(), List.of());

        final Compilation after =
                compile(
                        new Desired(desired)
                                .policy(policy("blocks-7", Map.of("app", "a7"), everybody))
                                .state(),
                        before);

        assertThat(shared(before, after)).isEqualTo(BLOCK_POLICIES - 1);
    }

    @Test
    void shouldKeepTheVeryRowsThatAnAttachedEndpointIsNoPeerOf() {
        final DesiredState desired = large();
        final Compilation before = compile(desired, Compilation.EMPTY);

        final Compilation after =
                compile(
                        new Desired(desired)
                                .pod(
                                        ENDPOINTS + 1,
                                        "default",
                                        "172.17.0.1",
                                        List.of(),
                                        "app=a3",
                                        "pod=p1") // a peer of ranges-0
                                .state(),
                        before);

        assertThat(shared(before, after)).isEqualTo(BLOCK_POLICIES - 1);
        assertThat(after.state().cidrs()).isSameAs(before.state().cidrs());
        assertThat(after.state().rules()).isSameAs(before.state().rules());
    }

    private static Compilation compile(final DesiredState desired, final Compilation before) {
        return PolicyCompiler.compile(desired, before, PolicyCompiler.RULE_CAPACITY);
    }

    /** How many policy numbers have the very rows that they had. */
    private static long shared(final Compilation before, final Compilation after) {
        return after.state().policies().values().stream()
                .filter(policy -> policy == before.state().policies().get(policy.number()))
                .count();
    }
}
