package dev.weir.controller.compile;

import dev.weir.controller.policy.ApiObject;
import dev.weir.dataplane.layout.Direction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules of policies as far as they do not depend on the endpoint. */
final class PreparedRules {
    private final RulePeers peers;
    private final NumberedRules numbers;
    private final Part before;
    private final Map<BlocksInForce.Source, OfPolicy> now = new HashMap<>();

    /**
     * What the next compile may take over.
     *
     * @param selected identities by selector
     * @param byPolicy rules by policy and direction
     */
    record Part(
            Map<RulePeers.Query, List<Integer>> selected,
            Map<BlocksInForce.Source, OfPolicy> byPolicy) {
        static final Part NONE = new Part(Map.of(), Map.of());
    }

    /**
     * One policy's, of one direction.
     *
     * @param policy this very object
     */
    record OfPolicy(ApiObject policy, List<PreparedRule> rules) {}

    PreparedRules(
            final WorkloadIndex index,
            final Peers peers,
            final NumberedRules numbers,
            final Peers peersBefore,
            final Part before) {
        this.peers = new RulePeers(index, peers, peersBefore, before.selected);
        this.numbers = numbers;
        this.before = before;
    }

    /** In the order in which they decide. */
    List<PreparedRule> of(final ApiObject policy, final Direction direction) {
        return now.computeIfAbsent(
                        new BlocksInForce.Source(policy.key(), direction),
                        source -> prepare(policy, source))
                .rules;
    }

    /** A rule holds while its policy is the same object and its peers have the same identities. */
    private OfPolicy prepare(final ApiObject policy, final BlocksInForce.Source source) {
        final OfPolicy old = before.byPolicy.get(source);
        final boolean same = old != null && old.policy == policy;
        final List<PreparedRule> made =
                make(policy, source.direction(), same ? old.rules : List.of());
        return same && made.equals(old.rules) ? old : new OfPolicy(policy, List.copyOf(made));
    }

    /**
     * @param old the same rules as they were, or none
     */
    private List<PreparedRule> make(
            final ApiObject policy, final Direction direction, final List<PreparedRule> old) {
        final List<PreparedRule> made = new ArrayList<>();
        for (final RuleContent rule : RuleContent.of(policy, direction)) {
            final Optional<PreparedRule> was = at(old, made.size());
            final List<List<Integer>> now =
                    peers.of(policy.meta().namespace(), rule.peers(), was.map(PreparedRule::peers));
            final int number = numbers.of(policy, direction, made.size());
            made.add(
                    was.map(each -> each.with(now))
                            .orElseGet(
                                    () ->
                                            new PreparedRule(
                                                    number, rule.verdict(), now, rule.ports())));
        }
        return made;
    }

    private static Optional<PreparedRule> at(final List<PreparedRule> rules, final int index) {
        return index < rules.size() ? Optional.of(rules.get(index)) : Optional.empty();
    }

    /** For the next compile. */
    Part part() {
        return new Part(peers.answers(), now);
    }
}
