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
