package dev.weir.controller.api.kube.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.kube.schema.Definitions;
import dev.weir.controller.document.Json;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * {@code metadata.managedFields} of the objects of one kind. They are kept from the first
 * server-side apply on: what was there before belongs to a manager {@code before-first-apply}.
 */
public final class Ownership {
    private static final String BEFORE = "before-first-apply";
    private static final String FIELD = "managedFields";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String KUBECTL = "kubectl";

    private final TypedObject type;
    private final String apiVersion;
    private final Clock clock;

    /**
     * For the objects of one kind.
     *
     * @param definition name of the kind's schema
     * @param apiVersion group and version of the kind
     */
    public Ownership(
            final Definitions definitions,
            final String definition,
            final String apiVersion,
            final Clock clock) {
        this.type = new TypedObject(definitions, definition);
        this.apiVersion = apiVersion;
        this.clock = clock;
    }

    /** True when fields of this object are owned. */
    public static boolean isKept(final JsonNode object) {
        return !object.path("metadata").path(FIELD).isEmpty();
    }

    /**
     * After a write that is not an apply: who wrote owns what it changed.
     *
     * @param live what is there
     * @param next what shall be there; its managed fields are set, or removed where there are none
     */
    public void update(final JsonNode live, final ObjectNode next, final String manager) {
        final ObjectNode metadata = next.withObject("/metadata");
        final JsonNode sent = metadata.path(FIELD);
        final boolean cleared =
                sent.isArray() && (sent.isEmpty() || sent.size() == 1 && sent.get(0).isEmpty());
        final List<FieldOwner> managers =
                cleared
                        ? new ArrayList<>()
                        : FieldOwner.read(
                                sent.isArray() ? sent : live.path("metadata").path(FIELD));
        if (managers.isEmpty()) {
            metadata.remove(FIELD);
            return;
        }
        final SortedMap<FieldPath, JsonNode> old = type.leaves(live);
        final SortedMap<FieldPath, JsonNode> now = type.leaves(next);
        final SortedSet<FieldPath> changed = changed(old, now);
        for (final FieldOwner each : managers) {
            each.fields().removeIf(path -> changed.contains(path) || !isThere(path, now));
        }
        changed.removeIf(path -> !now.containsKey(path));
        if (!changed.isEmpty()) {
            own(managers, manager, FieldOwner.UPDATE, changed, true);
        }
        set(metadata, managers);
    }

    /**
     * Server-side apply.
     *
     * @param live what is there; empty where nothing is
     * @param config what the manager wants, and all that it wants
     * @param force take from others what they own and have otherwise
     * @param withDefaults fills in defaults: what a default makes of what is wanted is no change
     * @return what shall be there
     * @throws ConflictException when others own what would change, and there is no force
     */
    public ObjectNode apply(
            final Optional<JsonNode> live,
            final ObjectNode config,
            final String manager,
            final boolean force,
            final UnaryOperator<JsonNode> withDefaults) {
        final ObjectNode before = live.<ObjectNode>map(JsonNode::deepCopy).orElseGet(Json::object);
        final List<FieldOwner> managers = FieldOwner.read(before.path("metadata").path(FIELD));
        final SortedMap<FieldPath, JsonNode> old = type.leaves(before);
        if (live.isPresent() && managers.isEmpty() && !old.isEmpty()) {
            managers.add(
                    new FieldOwner(
                            BEFORE,
                            FieldOwner.UPDATE,
                            apiVersion,
                            now(),
                            new TreeSet<>(old.keySet())));
        }
        final SortedMap<FieldPath, JsonNode> wanted = type.leaves(config);
        final ObjectNode merged = (ObjectNode) type.merge(before.deepCopy(), config);
        dropUnwanted(merged, managers, manager, wanted.keySet());
        final SortedMap<FieldPath, JsonNode> after = type.leaves(withDefaults.apply(merged));
        final SortedSet<FieldPath> changed = changed(old, after);
        final SortedMap<FieldPath, FieldOwner> conflicts =
                conflicts(managers, manager, changed, wanted.keySet());
        if (!force) {
            conflicts.keySet().removeAll(migrating(manager, before));
            if (!conflicts.isEmpty()) {
                throw new ConflictException(conflicts);
            }
        }
        for (final FieldOwner each : managers) {
            if (!each.is(manager, FieldOwner.APPLY)) {
                each.fields().removeIf(path -> changed.contains(path) || !isThere(path, after));
            }
        }
        own(managers, manager, FieldOwner.APPLY, new TreeSet<>(wanted.keySet()), false);
        final ObjectNode metadata = merged.withObject("/metadata");
        if (manager.equals(KUBECTL) && metadata.path("annotations").has(LAST_APPLIED)) {
            // So that a later apply on kubectl's own side knows what was wanted last.
            metadata.withObject("/annotations").put(LAST_APPLIED, Json.compact(config) + "\n");
        }
        set(metadata, managers);
        return merged;
    }

    /** What the manager applied the last time and does not want now goes, unless others own it. */
    private void dropUnwanted(
            final ObjectNode merged,
            final List<FieldOwner> managers,
            final String manager,
            final Set<FieldPath> wanted) {
        final SortedSet<FieldPath> unwanted = new TreeSet<>();
        for (final FieldOwner each : managers) {
            if (each.is(manager, FieldOwner.APPLY)) {
                unwanted.addAll(each.fields());
            }
        }
        unwanted.removeIf(path -> wanted.stream().anyMatch(each -> each.isWithin(path)));
        for (final FieldOwner each : managers) {
            if (!each.is(manager, FieldOwner.APPLY)) {
                unwanted.removeAll(each.fields());
            }
        }
        type.remove(merged, unwanted);
    }

    private static SortedMap<FieldPath, FieldOwner> conflicts(
            final List<FieldOwner> managers,
            final String manager,
            final SortedSet<FieldPath> changed,
            final Set<FieldPath> wanted) {
        final SortedMap<FieldPath, FieldOwner> conflicts = new TreeMap<>();
        for (final FieldOwner each : managers) {
            if (each.is(manager, FieldOwner.APPLY)) {
                continue;
            }
            for (final FieldPath path : each.fields()) {
                if (changed.contains(path) && wanted.contains(path)) {
                    conflicts.putIfAbsent(path, each);
                }
            }
        }
        return conflicts;
    }

    /** What kubectl applied on its own side before is kubectl's when it applies on ours. */
    private Set<FieldPath> migrating(final String manager, final JsonNode before) {
        final String last =
                before.path("metadata").path("annotations").path(LAST_APPLIED).asText("");
        if (!manager.equals(KUBECTL) || last.isEmpty()) {
            return Set.of();
        }
        try {
            final Set<FieldPath> fields = new HashSet<>(type.leaves(Json.read(last)).keySet());
            fields.add(
                    FieldPath.ROOT
                            .child("f:metadata")
                            .child("f:annotations")
                            .child("f:" + LAST_APPLIED));
            return fields;
        } catch (final IOException e) {
            return Set.of(); // Somebody wrote something else there.
        }
    }

    private static SortedSet<FieldPath> changed(
            final SortedMap<FieldPath, JsonNode> old, final SortedMap<FieldPath, JsonNode> now) {
        final SortedSet<FieldPath> changed = new TreeSet<>();
        for (final Map.Entry<FieldPath, JsonNode> leaf : old.entrySet()) {
            if (!leaf.getValue().equals(now.get(leaf.getKey()))) {
                changed.add(leaf.getKey());
            }
        }
        now.keySet().stream().filter(path -> !old.containsKey(path)).forEach(changed::add);
        return changed;
    }

    private static boolean isThere(
            final FieldPath path, final SortedMap<FieldPath, JsonNode> leaves) {
        // What begins with the path comes next in order.
        final SortedMap<FieldPath, JsonNode> rest = leaves.tailMap(path);
        return !rest.isEmpty() && rest.firstKey().isWithin(path);
    }

    private void own(
            final List<FieldOwner> managers,
            final String name,
            final String operation,
            final SortedSet<FieldPath> fields,
            final boolean more) {
        for (int i = 0; i < managers.size(); i++) {
            final FieldOwner known = managers.get(i);
            if (known.is(name, operation) && known.apiVersion().equals(apiVersion)) {
                final SortedSet<FieldPath> all = new TreeSet<>(fields);
                if (more) {
                    all.addAll(known.fields());
                }
                // The same as before: nothing was written then.
                final boolean same = !more && all.equals(known.fields());
                managers.set(i, known.at(same ? known.time() : now(), all));
                return;
            }
        }
        managers.add(new FieldOwner(name, operation, apiVersion, now(), fields));
    }

    private static void set(final ObjectNode metadata, final List<FieldOwner> managers) {
        final ArrayNode entries = FieldOwner.write(managers);
        if (entries.isEmpty()) {
            metadata.remove(FIELD);
        } else {
            metadata.set(FIELD, entries);
        }
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
