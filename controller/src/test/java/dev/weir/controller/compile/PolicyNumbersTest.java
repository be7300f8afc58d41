package dev.weir.controller.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.table.PolicyKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PolicyNumbersTest {
    private static final String FROM_CLIENTS =
            "podSelector: {matchLabels: {app: web}}\n"
                    + "ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]";

    private static Desired shop() {
        return new Desired()
                .pod(1, "app=web")
                .pod(2, "app=client", "pod=a")
                .policy("a", FROM_CLIENTS);
    }

    private static int policyOf(final CompiledState state, final int endpoint) {
        return state.endpoints().get(endpoint).policy();
    }

    @Test
    void shouldGiveTheSameNumbersWhateverTheOrder() {
        final CompiledState one = shop().pod(3, "app=client").policy("b", "egress: [{}]").compile();
        final CompiledState other =
                new Desired()
                        .policy("b", "egress: [{}]")
                        .pod(3, "app=client")
                        .policy("a", FROM_CLIENTS)
                        .pod(2, "pod=a", "app=client")
                        .pod(1, "app=web")
                        .compile();

        assertThat(other).isEqualTo(one);
    }

    @Test
    void shouldKeepEveryNumberWhenNothingChanges() {
        final CompiledState before = shop().compile();

        assertThat(shop().compile(before)).isEqualTo(before);
    }

    @Test
    void shouldKeepNumbersOverARestart() {
        final CompiledState before = shop().compile();
        final CompiledState after =
                shop().pod(9, "app=new").compile(CompiledState.restored(before.numbering()));

        assertThat(after.identityByEndpoint()).containsAllEntriesOf(before.identityByEndpoint());
        assertThat(after.rules()).isEqualTo(before.rules());
        assertThat(policyOf(after, 1)).isEqualTo(policyOf(before, 1));
    }

    @Test
    void shouldExtendANumberInPlaceForANewPeerOnly() {
        final CompiledState before = shop().compile();
        final CompiledState after = shop().pod(3, "app=client", "pod=b").compile(before);
        final StateDiff diff = StateDiff.between(before, after);

        assertThat(policyOf(after, 1)).isEqualTo(policyOf(before, 1));
        assertThat(diff.extendedPolicies()).containsExactly(policyOf(before, 1));
        assertThat(diff.rows().keySet())
                .extracting(PolicyKey::identity)
                .containsExactly(after.identityByEndpoint().get(3));
        assertThat(diff.words()).containsOnlyKeys(3);
        assertThat(diff.staleRows()).isEmpty();
    }

    @Test
    void shouldTakeRowsOfAVanishedPeerAwayInPlace() {
        final CompiledState before = shop().compile();
        final CompiledState after = shop().gone(2).compile(before);
        final StateDiff diff = StateDiff.between(before, after);

        assertThat(policyOf(after, 1)).isEqualTo(policyOf(before, 1));
        assertThat(diff.rows()).isEmpty();
        assertThat(diff.staleRows())
                .extracting(PolicyKey::identity)
                .containsExactly(before.identityByEndpoint().get(2));
        assertThat(diff.staleEndpoints()).containsExactly(2);
    }

    @Test
    void shouldTakeAFreshNumberWhenAKnownPeerGetsOtherRows() {
        final CompiledState before = shop().pod(3, "app=db").compile();
        final Desired changed =
                shop().pod(3, "app=db")
                        .policy("a", FROM_CLIENTS.replace("{app: client}", "{app: db}"));
        final CompiledState after = changed.compile(before);

        assertThat(before.policies()).doesNotContainKey(policyOf(after, 1));
        assertThat(StateDiff.between(before, after).words()).containsOnlyKeys(1);
    }

    @Test
    void shouldNotReuseANumberThatWasJustGivenUp() {
        final Set<Integer> seen = new TreeSet<>();
        CompiledState state = CompiledState.EMPTY;
        for (int port = 1; port <= 20; port++) {
            state =
                    new Desired()
                            .pod(1)
                            .policy("a", "ingress: [{ports: [{port: " + port + "}]}]")
                            .compile(state);
            assertThat(seen.add(policyOf(state, 1))).isTrue();
        }
    }

    @Test
    void shouldLetOnlyOneOfTwoEndpointsThatPartKeepTheNumber() {
        final String each =
                "podSelector: {matchLabels: {app: web}}\n"
                        + "ingress: [{from: [{podSelector: {matchLabels: {to: 'SIDE'}}}]}]";
        final Desired before =
                new Desired()
                        .pod(1, "app=web", "side=x")
                        .pod(2, "app=web", "side=y")
                        .policy("a", each.replace("SIDE", "x").replace("app: web", "side: x"))
                        .policy("b", each.replace("SIDE", "y").replace("app: web", "side: y"));
        final CompiledState together = before.compile();
        final CompiledState apart =
                new Desired(before.state()).pod(3, "to=x").pod(4, "to=y").compile(together);

        assertThat(policyOf(together, 1)).isEqualTo(policyOf(together, 2));
        assertThat(policyOf(apart, 1)).isNotEqualTo(policyOf(apart, 2));
        assertThat(List.of(policyOf(apart, 1), policyOf(apart, 2))).contains(policyOf(together, 1));
    }

    @Test
    void shouldKeepARulesNumberWhileItsPlaceAndContentStay() {
        final CompiledState before =
                shop().policy("b", "ingress: [{ports: [{port: 80}]}, {ports: [{port: 81}]}]")
                        .compile();
        final CompiledState after =
                shop().policy("b", "ingress: [{ports: [{port: 80}]}, {ports: [{port: 82}]}]")
                        .compile(before);

        assertThat(ruleOf(after, "b", 0)).isEqualTo(ruleOf(before, "b", 0));
        assertThat(ruleOf(after, "a", 0)).isEqualTo(ruleOf(before, "a", 0));
        assertThat(before.rules()).doesNotContainKey(ruleOf(after, "b", 1));
    }

    private static int ruleOf(final CompiledState state, final String name, final int index) {
        return state.rules().values().stream()
                .filter(rule -> rule.name().equals(name) && rule.index() == index)
                .findFirst()
                .orElseThrow()
                .rule();
    }

    @Test
    void shouldShowThatThereAreMoreRulesThanTheTableHolds() {
        final DesiredState desired =
                shop().policy("b", "ingress: [{}, {ports: [{port: 1}]}, {ports: [{port: 2}]}]")
                        .state();
        final CompiledState after = PolicyCompiler.compile(desired, CompiledState.EMPTY, 3);

        assertThat(StateDiff.between(CompiledState.EMPTY, after).need().rules()).isEqualTo(4);
    }

    @Test
    void shouldRewriteARemovedPrefixToWhatCoversItAndANewOneFromWhatCoveredIt() {
        final Desired desired = new Desired().pod(1);
        final String allow = "ingress: [{from: [{ipBlock: {cidr: %s}}], ports: [{port: %d}]}]";
        final CompiledState before =
                desired.policy("wide", allow.formatted("192.0.0.0/8", 1))
                        .policy("old", allow.formatted("192.0.2.0/24", 2))
                        .compile();
        final CompiledState after =
                desired.without("default/old")
                        .policy("new", allow.formatted("192.0.0.0/16", 3))
                        .compile(before);
        final StateDiff diff = StateDiff.between(before, after);
        final IpPrefix wide = IpPrefix.parse("192.0.0.0/8");
        final IpPrefix old = IpPrefix.parse("192.0.2.0/24");
        final IpPrefix fresh = IpPrefix.parse("192.0.0.0/16");

        assertThat(diff.cidrs()).containsOnlyKeys(fresh, old);
        assertThat(diff.cidrs().get(fresh))
                .isEqualTo(
                        new StateDiff.Change(
                                after.cidrs().get(fresh), before.cidrs().get(wide), 0));
        assertThat(diff.cidrs().get(old))
                .isEqualTo(
                        new StateDiff.Change(after.cidrs().get(fresh), before.cidrs().get(old), 0));
        assertThat(diff.staleCidrs()).containsExactly(old);
        assertThat(diff.need().cidrsV4()).isEqualTo(3);
    }

    @Test
    void shouldTellWhatAnAddressWasBeforeItCameAndIsAfterItWent() {
        final String block = "ingress: [{from: [{ipBlock: {cidr: 10.0.1.0/24}}]}]";
        final Desired desired = new Desired().pod(1).policy("a", block);
        final CompiledState before = desired.compile();
        final CompiledState with = desired.pod(2, "app=x").compile(before);
        final CompiledState without = desired.gone(2).compile(with);
        final int outside = before.cidrs().get(IpPrefix.parse("10.0.1.0/24"));
        final int inside = with.identityByEndpoint().get(2);

        assertThat(StateDiff.between(before, with).peers().values())
                .containsExactly(new StateDiff.Change(inside, outside, 2));
        final StateDiff gone = StateDiff.between(with, without);
        assertThat(gone.peers().values()).containsExactly(new StateDiff.Change(outside, inside, 0));
        assertThat(gone.stalePeers()).hasSize(1);
    }
}
