package dev.weir.controller.compile;

import dev.weir.controller.policy.BlockPeer;
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
     * @param rule {@code namespace/name index} of the first rule that allows, else empty
     */
    public record Judgement(Verdict verdict, Reason reason, String rule) {}

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
        final List<NetworkPolicy> enforced = new ArrayList<>();
        final List<NetworkPolicy> audited = new ArrayList<>();
        for (final NetworkPolicy policy : new TreeMap<>(desired.policies()).values()) {
            if (policy.meta().namespace().equals(own.namespace())
                    && policy.spec().policyTypes().contains(packet.direction())
                    && selects(policy.spec().podSelector(), own.labels())) {
                final String audit = policy.meta().annotations().get("weir.dev/audit");
                ("true".equals(audit) ? audited : enforced).add(policy);
            }
        }
        if (enforced.isEmpty() && audited.isEmpty()) {
            return new Judgement(Verdict.ALLOWED, Reason.NOT_ISOLATED, "");
        }
        for (final NetworkPolicy policy : enforced.isEmpty() ? audited : enforced) {
            final List<PolicyRule> rules = policy.spec().rules(packet.direction());
            for (int i = 0; i < rules.size(); i++) {
                if (allows(policy, rules.get(i), packet, own, other)) {
                    return new Judgement(Verdict.ALLOWED, Reason.POLICY, policy.key() + " " + i);
                }
            }
        }
        return enforced.isEmpty()
                ? new Judgement(Verdict.AUDIT, Reason.AUDIT, audited.get(0).key() + " -1")
                : new Judgement(Verdict.DENIED, Reason.NO_RULE, "");
    }

    private EndpointSpec ownerOf(final IpAddress address) {
        for (final EndpointSpec endpoint : desired.endpoints().values()) {
            if (endpoint.addresses().contains(address)) {
                return endpoint;
            }
        }
        return null;
    }

    private boolean allows(
            final NetworkPolicy policy,
            final PolicyRule rule,
            final Packet packet,
            final EndpointSpec own,
            final EndpointSpec other) {
        boolean peer = rule.peers().isEmpty();
        for (final PolicyPeer candidate : rule.peers()) {
            peer |= matches(policy, candidate, packet.remote(), other);
        }
        boolean port = rule.ports().isEmpty();
        final EndpointSpec receiver = packet.direction() == Direction.INGRESS ? own : other;
        for (final PolicyPort candidate : rule.ports()) {
            port |= matches(candidate, packet, receiver);
        }
        return peer && port;
    }

    private boolean matches(
            final NetworkPolicy policy,
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
        if (other == null) {
            return false;
        }
        final SelectorPeer selector = (SelectorPeer) peer;
        final boolean namespace;
        if (selector.namespaces().isPresent()) {
            final Map<String, String> labels = new TreeMap<>();
            labels.putAll(desired.namespaces().getOrDefault(other.namespace(), Map.of()));
            labels.put("kubernetes.io/metadata.name", other.namespace());
            namespace = selects(selector.namespaces().get(), labels);
        } else {
            namespace = other.namespace().equals(policy.meta().namespace());
        }
        return namespace
                && (selector.pods().isEmpty() || selects(selector.pods().get(), other.labels()));
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
