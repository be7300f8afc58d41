package dev.weir.controller.compile;

import dev.weir.controller.policy.BlockPeer;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterPolicyRule;
import dev.weir.controller.policy.LabelRequirement;
import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.PolicyPeer;
import dev.weir.controller.policy.PolicyPort;
import dev.weir.controller.policy.PolicyRule;
import dev.weir.controller.policy.SelectorPeer;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges packets by reading the policies as Kubernetes' documentation does: no rows, no identities,
 * no sharing, one packet at a time. Shares no code with the compiler.
 */
public final class NaiveEvaluator {
    private final DesiredState desired;

    public NaiveEvaluator(final DesiredState desired) {
        this.desired = desired;
    }

    /**
     * @param rule {@code namespace/name index} of the rule that decides, else empty; on an audit of
     *     the audited rule that makes the difference
     */
    public record Judgement(Verdict verdict, Reason reason, String rule) {}

    /**
     * What a set of policies says.
     *
     * @param rule that decides, as text; empty = none does
     * @param audited the deciding rule's policy is
     * @param passedBy the audited rule that skipped the rest of the Admin tier; empty = none did
     */
    private record Outcome(boolean allowed, String rule, boolean audited, String passedBy) {}

    public Judgement judge(final Packet packet) {
        final EndpointSpec own = desired.endpoints().get(packet.endpoint());
        final EndpointSpec other = ownerOf(packet.remote());
        if (other == own) {
            return new Judgement(Verdict.ALLOWED, Reason.NOT_ISOLATED, "");
        }
        if (other == null
                && desired.hostAddresses().contains(packet.remote())
                && !desired.hostPolicy()) {
            return new Judgement(Verdict.ALLOWED, Reason.HOST, "");
        }
        final Outcome enforced = evaluate(packet, own, other, false);
        if (!enforced.allowed) {
            return new Judgement(
                    Verdict.DENIED,
                    enforced.rule.isEmpty() ? Reason.NO_RULE : Reason.DENY_RULE,
                    enforced.rule);
        }
        final Outcome supposed = evaluate(packet, own, other, true);
        if (!supposed.allowed) {
            return new Judgement(Verdict.AUDIT, Reason.AUDIT, culprit(packet, own, supposed));
        }
        final String rule = enforced.rule.isEmpty() ? supposed.rule : enforced.rule;
        return new Judgement(
                Verdict.ALLOWED, rule.isEmpty() ? Reason.NOT_ISOLATED : Reason.POLICY, rule);
    }

    /** Who has to answer for a denial that only the audited policies bring. */
    private String culprit(final Packet packet, final EndpointSpec own, final Outcome supposed) {
        if (supposed.audited) {
            return supposed.rule;
        }
        if (supposed.rule.isEmpty() && selecting(packet, own, false).isEmpty()) {
            return selecting(packet, own, true).get(0).key() + " -1";
        }
        return supposed.passedBy;
    }

    /**
     * @param supposing audited policies count as if they were not
     */
    private Outcome evaluate(
            final Packet packet,
            final EndpointSpec own,
            final EndpointSpec other,
            final boolean supposing) {
        String passedBy = "";
        for (final ClusterMatch match : tier("Admin", packet, own, other, supposing)) {
            if (!match.rule.action().text().equals("Pass")) {
                return match.outcome(passedBy);
            }
            passedBy = match.policy.audit() ? match.text : "";
            break;
        }
        final List<NetworkPolicy> isolating = selecting(packet, own, supposing);
        for (final NetworkPolicy policy : isolating) {
            final List<PolicyRule> rules = policy.spec().rules(packet.direction());
            for (int i = 0; i < rules.size(); i++) {
                if (matches(
                        policy.meta().namespace(),
                        rules.get(i).peers(),
                        rules.get(i).ports(),
                        packet,
                        own,
                        other)) {
                    return new Outcome(true, policy.key() + " " + i, isAudited(policy), passedBy);
                }
            }
        }
        if (!isolating.isEmpty()) {
            return new Outcome(false, "", false, passedBy);
        }
        for (final ClusterMatch match : tier("Baseline", packet, own, other, supposing)) {
            if (match.rule.action().text().equals("Pass")) {
                break;
            }
            return match.outcome(passedBy);
        }
        return new Outcome(true, "", false, passedBy);
    }

    private record ClusterMatch(ClusterNetworkPolicy policy, ClusterPolicyRule rule, String text) {
        Outcome outcome(final String passedBy) {
            return new Outcome(
                    rule.action().text().equals("Accept"), text, policy.audit(), passedBy);
        }
    }

    /** All rules of a tier that the packet matches, the one that decides first. */
    private List<ClusterMatch> tier(
            final String tier,
            final Packet packet,
            final EndpointSpec own,
            final EndpointSpec other,
            final boolean supposing) {
        final List<ClusterNetworkPolicy> policies = new ArrayList<>();
        for (final ClusterNetworkPolicy policy : desired.clusterPolicies().values()) {
            if (policy.spec().tier().text().equals(tier)
                    && (supposing || !policy.audit())
                    && isPod("", policy.spec().subject(), own)) {
                policies.add(policy);
            }
        }
        policies.sort(
                (a, b) ->
                        a.spec().priority() != b.spec().priority()
                                ? a.spec().priority() - b.spec().priority()
                                : a.meta().name().compareTo(b.meta().name()));
        final List<ClusterMatch> matches = new ArrayList<>();
        for (final ClusterNetworkPolicy policy : policies) {
            final List<ClusterPolicyRule> rules = policy.spec().rules(packet.direction());
            for (int i = 0; i < rules.size(); i++) {
                final ClusterPolicyRule rule = rules.get(i);
                if (matches("", rule.peers(), rule.ports(), packet, own, other)) {
                    matches.add(new ClusterMatch(policy, rule, policy.meta().name() + " " + i));
                }
            }
        }
        return matches;
    }

    private static boolean isAudited(final NetworkPolicy policy) {
        return "true".equals(policy.meta().annotations().get("weir.dev/audit"));
    }

    /** The NetworkPolicies that isolate the endpoint in the packet's direction. */
    private List<NetworkPolicy> selecting(
            final Packet packet, final EndpointSpec own, final boolean supposing) {
        final List<NetworkPolicy> selecting = new ArrayList<>();
        for (final NetworkPolicy policy : new TreeMap<>(desired.policies()).values()) {
            if (policy.meta().namespace().equals(own.namespace())
                    && policy.spec().policyTypes().contains(packet.direction())
                    && selects(policy.spec().podSelector(), own.labels())
                    && (supposing || !isAudited(policy))) {
                selecting.add(policy);
            }
        }
        return selecting;
    }

    private EndpointSpec ownerOf(final IpAddress address) {
        for (final EndpointSpec endpoint : desired.endpoints().values()) {
            if (endpoint.addresses().contains(address)) {
                return endpoint;
            }
        }
        return null;
    }

    private boolean matches(
            final String namespace,
            final List<PolicyPeer> peers,
            final List<PolicyPort> ports,
            final Packet packet,
            final EndpointSpec own,
            final EndpointSpec other) {
        boolean peer = peers.isEmpty();
        for (final PolicyPeer candidate : peers) {
            peer |= matches(namespace, candidate, packet.remote(), other);
        }
        boolean port = ports.isEmpty();
        final EndpointSpec receiver = packet.direction() == Direction.INGRESS ? own : other;
        for (final PolicyPort candidate : ports) {
            port |= matches(candidate, packet, receiver);
        }
        return peer && port;
    }

    private boolean matches(
            final String namespace,
            final PolicyPeer peer,
            final IpAddress remote,
            final EndpointSpec other) {
        if (peer instanceof BlockPeer block) {
            boolean hit = inside(remote, block.block().cidr());
            for (final IpPrefix hole : block.block().except()) {
                hit &= !inside(remote, hole);
            }
            return hit;
        }
        return other != null && isPod(namespace, (SelectorPeer) peer, other);
    }

    private boolean isPod(
            final String namespace, final SelectorPeer selector, final EndpointSpec pod) {
        final boolean there;
        if (selector.namespaces().isPresent()) {
            final Map<String, String> labels = new TreeMap<>();
            labels.putAll(desired.namespaces().getOrDefault(pod.namespace(), Map.of()));
            labels.put("kubernetes.io/metadata.name", pod.namespace());
            there = selects(selector.namespaces().get(), labels);
        } else {
            there = pod.namespace().equals(namespace);
        }
        return there && (selector.pods().isEmpty() || selects(selector.pods().get(), pod.labels()));
    }

    private static boolean matches(
            final PolicyPort port, final Packet packet, final EndpointSpec receiver) {
        final int protocol =
                switch (port.protocol()) {
                    case TCP -> 6;
                    case UDP -> 17;
                    case SCTP -> 132;
                };
        if (protocol != packet.protocol()) {
            return false;
        }
        if (port.name().isEmpty()) {
            return port.first() <= packet.port() && packet.port() <= port.last();
        }
        return receiver != null
                && receiver.ports().stream()
                        .anyMatch(
                                named ->
                                        named.name().equals(port.name().get())
                                                && named.protocol().equals(port.protocol().name())
                                                && named.port() == packet.port());
    }

    private static boolean selects(final LabelSelector selector, final Map<String, String> labels) {
        boolean all = true;
        for (final Map.Entry<String, String> wanted : selector.matchLabels().entrySet()) {
            all &= labels.containsKey(wanted.getKey());
            all &= wanted.getValue().equals(labels.get(wanted.getKey()));
        }
        for (final LabelRequirement wanted : selector.matchExpressions()) {
            final boolean there = labels.containsKey(wanted.key());
            final boolean listed = there && wanted.values().contains(labels.get(wanted.key()));
            all &=
                    switch (wanted.operator()) {
                        case IN -> listed;
                        case NOT_IN -> !listed;
                        case EXISTS -> there;
                        case DOES_NOT_EXIST -> !there;
                    };
        }
        return all;
    }

    /** Bit by bit. */
    private static boolean inside(final IpAddress address, final IpPrefix prefix) {
        if (address.isIpv4() != prefix.isIpv4()) {
            return false;
        }
        final byte[] a = address.mapped();
        final byte[] p = prefix.address().mapped();
        final int start = prefix.isIpv4() ? 96 : 0;
        for (int bit = start; bit < start + prefix.length(); bit++) {
            if (((a[bit / 8] ^ p[bit / 8]) >> 7 - bit % 8 & 1) != 0) {
                return false;
            }
        }
        return true;
    }
}
