package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StoredObject;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes of policies, cluster policies and namespaces: preconditions, metadata, disk, tables. One
 * thread.
 */
final class ObjectWrites {
    private static final String POLICIES = "networkpolicies.networking.k8s.io";
    private static final String CLUSTER_POLICIES =
            "clusternetworkpolicies.policy.networking.k8s.io";
    private static final String NAMESPACES = "namespaces";

    private final Transitions transitions;
    private final Clock clock;

    ObjectWrites(final Transitions transitions, final Clock clock) {
        this.transitions = transitions;
        this.clock = clock;
    }

    WriteResult<NetworkPolicy> putPolicy(
            final NetworkPolicy policy, final Precondition precondition) {
        final NetworkPolicy old = transitions.model().policies().get(policy.key());
        return put(
                new Target<>(
                        ObjectKind.NETWORK_POLICY,
                        POLICIES,
                        policy.key(),
                        policy.meta(),
                        policy.json(),
                        old,
                        old == null ? null : old.meta(),
                        old == null ? null : old.json(),
                        NetworkPolicyParser::parse,
                        transitions.model()::withPolicy),
                precondition);
    }

    WriteResult<ClusterNetworkPolicy> putClusterPolicy(
            final ClusterNetworkPolicy policy, final Precondition precondition) {
        final ClusterNetworkPolicy old = transitions.model().clusterPolicies().get(policy.key());
        return put(
                new Target<>(
                        ObjectKind.CLUSTER_NETWORK_POLICY,
                        CLUSTER_POLICIES,
                        policy.key(),
                        policy.meta(),
                        policy.json(),
                        old,
                        old == null ? null : old.meta(),
                        old == null ? null : old.json(),
                        ClusterNetworkPolicyParser::parse,
                        transitions.model()::withClusterPolicy),
                precondition);
    }

    WriteResult<Namespace> putNamespace(
            final Namespace namespace, final Precondition precondition) {
        final String name = namespace.meta().name();
        final Namespace old = transitions.model().namespaces().get(name);
        return put(
                new Target<>(
                        ObjectKind.NAMESPACE,
                        NAMESPACES,
                        name,
                        namespace.meta(),
                        namespace.json(),
                        old,
                        old == null ? null : old.meta(),
                        old == null ? null : old.json(),
                        NamespaceParser::parse,
                        transitions.model()::withNamespace),
                precondition);
    }

    NetworkPolicy deletePolicy(final String key, final Precondition precondition) {
        final NetworkPolicy old = transitions.model().policies().get(key);
        if (old == null) {
            throw ControllerException.notFound(POLICIES, nameIn(key));
        }
        delete(
                ObjectKind.NETWORK_POLICY,
                POLICIES,
                key,
                old.meta(),
                old.json(),
                transitions.model().withoutPolicy(key),
                precondition);
        return old;
    }

    ClusterNetworkPolicy deleteClusterPolicy(final String name, final Precondition precondition) {
        final ClusterNetworkPolicy old = transitions.model().clusterPolicies().get(name);
        if (old == null) {
            throw ControllerException.notFound(CLUSTER_POLICIES, name);
        }
        delete(
                ObjectKind.CLUSTER_NETWORK_POLICY,
                CLUSTER_POLICIES,
                name,
                old.meta(),
                old.json(),
                transitions.model().withoutClusterPolicy(name),
                precondition);
        return old;
    }

    Namespace deleteNamespace(final String name, final Precondition precondition) {
        final Namespace old = transitions.model().namespaces().get(name);
        if (old == null) {
            throw ControllerException.notFound(NAMESPACES, name);
        }
        delete(
                ObjectKind.NAMESPACE,
                NAMESPACES,
                name,
                old.meta(),
                old.json(),
                transitions.model().withoutNamespace(name),
                precondition);
        return old;
    }

    /**
     * What is written where.
     *
     * @param old what is there; null if nothing is
     */
    private record Target<T>(
            ObjectKind kind,
            String resource,
            String key,
            ObjectMeta meta,
            JsonNode json,
            T old,
            ObjectMeta oldMeta,
            JsonNode oldJson,
            Function<JsonNode, T> parse,
            Function<T, Model> next) {
        String name() {
            return nameIn(key);
        }

        String what() {
            return resource + " \"" + key + "\"";
        }
    }

    private <T> WriteResult<T> put(final Target<T> target, final Precondition precondition) {
        check(target, precondition);
        final ObjectNode json = withServerFields(target);
        final boolean changed = target.old() == null || !json.equals(target.oldJson());
        if (!changed) {
            return new WriteResult<>(target.old(), false, transitions.enforcer().revision());
        }
        if (precondition.dryRun()) {
            final T object = target.parse().apply(json);
            transitions.rehearse(target.next().apply(object), target.what());
            return new WriteResult<>(
                    object, target.old() == null, transitions.enforcer().revision());
        }
        final long version = transitions.nextResourceVersion();
        metadata(json).put("resourceVersion", Long.toString(version));
        final T object = target.parse().apply(json);
        transitions.move(
                target.next().apply(object),
                List.of(write(target.kind(), target.key(), version, json)),
                List.of(asBefore(target.kind(), target.key(), target.oldMeta(), target.oldJson())),
                target.what());
        return new WriteResult<>(object, target.old() == null, transitions.enforcer().revision());
    }

    private static <T> void check(final Target<T> target, final Precondition precondition) {
        if (precondition.kind() == Precondition.Kind.CREATE) {
            if (target.old() != null) {
                throw ControllerException.alreadyExists(target.resource(), target.name());
            }
            if (precondition.resourceVersion() != 0) {
                throw new ControllerException(
                        400,
                        "BadRequest",
                        "metadata.resourceVersion: "
                                + precondition.resourceVersion()
                                + " (expected: none on objects to be created)",
                        List.of());
            }
            return;
        }
        if (target.old() == null) {
            if (precondition.kind() == Precondition.Kind.REPLACE
                    || precondition.resourceVersion() != 0) {
                throw ControllerException.notFound(target.resource(), target.name());
            }
            return;
        }
        isCurrent(target.resource(), target.key(), target.oldMeta(), precondition);
        if (target.meta().uid() != null && !target.meta().uid().equals(target.oldMeta().uid())) {
            throw ControllerException.conflict(
                    target.what()
                            + ": metadata.uid is "
                            + target.meta().uid()
                            + ", but the object there has "
                            + target.oldMeta().uid());
        }
    }

    private static void isCurrent(
            final String resource,
            final String key,
            final ObjectMeta old,
            final Precondition precondition) {
        if (precondition.resourceVersion() != 0
                && !Long.toString(precondition.resourceVersion()).equals(old.resourceVersion())) {
            throw ControllerException.conflict(
                    "Operation cannot be fulfilled on "
                            + resource
                            + " \""
                            + nameIn(key)
                            + "\": the object has been modified (resourceVersion "
                            + precondition.resourceVersion()
                            + ", now "
                            + old.resourceVersion()
                            + "); please apply your changes to the latest version and try again");
        }
    }

    /** The new object with what only the server says: uid, times, generation, old version. */
    private <T> ObjectNode withServerFields(final Target<T> target) {
        final ObjectNode json = target.json().deepCopy();
        final ObjectNode metadata = metadata(json);
        final JsonNode old = target.oldJson() == null ? json.nullNode() : target.oldJson();
        final JsonNode oldMetadata = old.path("metadata");
        if (target.oldJson() == null) {
            metadata.put("uid", UUID.randomUUID().toString());
            metadata.put(
                    "creationTimestamp",
                    clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
            metadata.remove("resourceVersion");
        } else {
            metadata.set("uid", oldMetadata.path("uid"));
            metadata.set("creationTimestamp", oldMetadata.path("creationTimestamp"));
            metadata.set("resourceVersion", oldMetadata.path("resourceVersion"));
        }
        if (target.kind() != ObjectKind.NAMESPACE) {
            final int generation = oldMetadata.path("generation").asInt(0);
            final boolean sameSpec = json.path("spec").equals(old.path("spec"));
            // An int node, as the parser makes of small numbers: the objects must compare equal.
            metadata.put("generation", sameSpec ? Math.max(1, generation) : generation + 1);
        }
        return json;
    }

    private static ObjectNode metadata(final ObjectNode json) {
        return json.withObject("/metadata");
    }

    private void delete(
            final ObjectKind kind,
            final String resource,
            final String key,
            final ObjectMeta old,
            final JsonNode oldJson,
            final Model next,
            final Precondition precondition) {
        isCurrent(resource, key, old, precondition);
        final String what = "deleting " + resource + " \"" + key + "\"";
        if (precondition.dryRun()) {
            transitions.rehearse(next, what);
            return;
        }
        // Deletion counts as a write: who lists afterwards sees a larger number.
        transitions.nextResourceVersion();
        transitions.move(
                next,
                List.of(StateChange.remove(kind, key)),
                List.of(asBefore(kind, key, old, oldJson)),
                what);
    }

    private static StateChange write(
            final ObjectKind kind, final String key, final long version, final JsonNode json) {
        return StateChange.write(new StoredObject(kind, key, version, json));
    }

    private static StateChange asBefore(
            final ObjectKind kind, final String key, final ObjectMeta old, final JsonNode oldJson) {
        return oldJson == null
                ? StateChange.remove(kind, key)
                : write(kind, key, Long.parseLong(old.resourceVersion()), oldJson);
    }

    private static String nameIn(final String key) {
        return key.substring(key.indexOf('/') + 1);
    }
}
