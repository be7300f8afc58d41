package dev.weir.perf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;

/** NetworkPolicies as a client would write them. */
final class PolicyObjects {
    private PolicyObjects() {}

    /** Lets one app talk to another on one port. */
    static ObjectNode small(
            final String name, final String app, final String peer, final int port) {
        final ObjectNode policy = policy(name, app);
        final ObjectNode rule = policy.withObject("/spec").putArray("ingress").addObject();
        rule.putArray("from")
                .addObject()
                .putObject("podSelector")
                .putObject("matchLabels")
                .put("app", peer);
        port(rule, port);
        return policy;
    }

    static NetworkPolicy smallPolicy(
            final String name, final String app, final String peer, final int port) {
        return NetworkPolicyParser.parse(small(name, app, peer, port));
    }

    /** Lets that many single addresses talk to an app, a rule each. */
    static ObjectNode blocks(final String name, final String app, final int rules, final int port) {
        final ObjectNode policy = policy(name, app);
        final ArrayNode ingress = policy.withObject("/spec").putArray("ingress");
        for (int i = 0; i < rules; i++) {
            final ObjectNode rule = ingress.addObject();
            rule.putArray("from")
                    .addObject()
                    .putObject("ipBlock")
                    .put("cidr", "198.19." + (i >> 8) + "." + (i & 255) + "/32");
            port(rule, port);
        }
        return policy;
    }

    static NetworkPolicy blocksPolicy(
            final String name, final String app, final int rules, final int port) {
        return NetworkPolicyParser.parse(blocks(name, app, rules, port));
    }

    /** Lets 100 blocks of 10.net.0.0/16, with a hole each, talk to an app on two ports. */
    static NetworkPolicy netPolicy(
            final String name, final String app, final int net, final int port) {
        final ObjectNode policy = policy(name, app);
        final ObjectNode rule = policy.withObject("/spec").putArray("ingress").addObject();
        final ArrayNode from = rule.putArray("from");
        for (int i = 0; i < 100; i++) {
            final String subnet = "10." + net + "." + i + ".";
            final ObjectNode block = from.addObject().putObject("ipBlock");
            block.put("cidr", subnet + "0/24").putArray("except").add(subnet + "128/25");
        }
        final ArrayNode ports = rule.putArray("ports");
        ports.addObject().put("protocol", "TCP").put("port", port);
        ports.addObject().put("protocol", "UDP").put("port", 53);
        return NetworkPolicyParser.parse(policy);
    }

    /** Lets one pod talk to an app on 100 port ranges that no prefix fits. */
    static NetworkPolicy rangesPolicy(
            final String name, final String app, final String pod, final int offset) {
        final ObjectNode policy = policy(name, app);
        final ObjectNode rule = policy.withObject("/spec").putArray("ingress").addObject();
        rule.putArray("from")
                .addObject()
                .putObject("podSelector")
                .putObject("matchLabels")
                .put("pod", pod);
        final ArrayNode ports = rule.putArray("ports");
        for (int i = 0; i < 100; i++) {
            final int first = 1 + i * 600 + offset;
            ports.addObject().put("protocol", "TCP").put("port", first).put("endPort", first + 511);
        }
        return NetworkPolicyParser.parse(policy);
    }

    private static ObjectNode policy(final String name, final String app) {
        final ObjectNode policy = JsonNodeFactory.instance.objectNode();
        policy.put("apiVersion", NetworkPolicyParser.API_VERSION);
        policy.put("kind", NetworkPolicyParser.KIND);
        policy.putObject("metadata").put("name", name).put("namespace", "default");
        policy.putObject("spec").putObject("podSelector").putObject("matchLabels").put("app", app);
        return policy;
    }

    private static void port(final ObjectNode rule, final int port) {
        rule.putArray("ports").addObject().put("protocol", "TCP").put("port", port);
    }
}
