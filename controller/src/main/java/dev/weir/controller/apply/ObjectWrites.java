package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.apply.ChangeLog.Change;
import dev.weir.controller.apply.WriteResult.Outcome;
import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.Cause;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.store.ObjectKind;
import dev.weir.controller.store.StateChange;
import dev.weir.controller.store.StoredObject;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes of the objects of the API, one or several as one revision: preconditions, metadata, disk,
 * tables. One thread.
 */
final class ObjectWrites {
    private final Transitions transitions;
    private final Clock clock;
    private final List<Change> news = new ArrayList<>();

    ObjectWrites(final Transitions transitions, final Clock clock) {
        this.transitions = transitions;
        this.clock = clock;
    }

    /**
     * One change on its way.
     *
     * @param old what is there; null if nothing is
     * @param json as it shall be stored but for its version; null when it is removed
     */
    private record Step(ObjectChange change, ApiObject old, ObjectNode json, Outcome outcome) {
        ObjectKind kind() {
            return change.kind();
        }

        ApiObject parsed() {
            return parse(kind(), json);
        }
    }

    /** Carries out all of {@code changes}, or throws and carries out none. */
    List<WriteResult<ApiObject>> change(final List<ObjectChange> changes) {
        final List<Step> steps = steps(changes);
        final boolean dryRun = !changes.isEmpty() && changes.get(0).precondition().dryRun();
        final List<ApiObject> objects = new ArrayList<>(steps.size());
        final List<ObjectChange> effective = new ArrayList<>(steps.size());
        final List<Change> log = new ArrayList<>(steps.size());
        for (final Step step : steps) {
            if (step.outcome() == Outcome.UNCHANGED) {
                objects.add(step.old());
                continue;
            }
            // Deletion counts as a write: who lists afterwards sees a larger number.
            final long version = dryRun ? 0 : transitions.nextResourceVersion();
            ApiObject after = null;
            if (step.json() != null) {
                if (!dryRun) {
                    metadata(step.json()).put("resourceVersion", Long.toString(version));
                }
                after = step.parsed();
            }
            objects.add(after == null ? step.old() : after);
            effective.add(
                    new ObjectChange(
                            step.kind(),
                            step.change().key(),
                            Optional.ofNullable(after),
                            step.change().precondition()));
            log.add(
                    new Change(
                            version,
                            step.kind(),
                            step.change().key(),
                            step.old() == null ? null : step.old().json(),
                            after == null ? null : after.json()));
        }
        carryOut(effective, log, dryRun);
        final List<WriteResult<ApiObject>> results = new ArrayList<>(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            results.add(
                    new WriteResult<>(
                            objects.get(i),
                            steps.get(i).outcome(),
                            transitions.enforcer().revision()));
        }
        return results;
    }

    private void carryOut(
            final List<ObjectChange> changes, final List<Change> log, final boolean dryRun) {
        if (changes.isEmpty()) {
            return;
        }
        final Model next = transitions.model().with(changes);
        final String what = what(changes);
        if (dryRun) {
            transitions.rehearse(next, what);
            return;
        }
        transitions.move(
                next,
                log.stream()
                        .map(each -> stored(each.kind(), each.key(), each.after(), each.version()))
                        .toList(),
                log.stream().map(ObjectWrites::asBefore).toList(),
                what);
        news.addAll(log);
    }

    /** What was written since the last call. */
    List<Change> takeChanges() {
        final List<Change> taken = new ArrayList<>(news);
        news.clear();
        return taken;
    }

    private List<Step> steps(final List<ObjectChange> changes) {
        final List<Step> steps = new ArrayList<>(changes.size());
        final List<Cause> causes = new ArrayList<>();
        final List<ControllerException> refusals = new ArrayList<>();
        final Map<List<Object>, Integer> seen = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            final ObjectChange change = changes.get(i);
            final Integer twin = seen.putIfAbsent(List.of(change.kind(), change.key()), i);
            try {
                if (twin != null) {
                    throw ControllerException.invalid(
                            "metadata.name", "the same object as items[" + twin + "]");
                }
                steps.add(step(change));
            } catch (final ControllerException e) {
                refusals.add(e);
                causes.addAll(e.causesOf("items[" + i + "]"));
            }
        }
        if (!refusals.isEmpty()) {
            throw changes.size() == 1
                    ? refusals.get(0)
                    : ControllerException.several(refusals, causes);
        }
        return steps;
    }

    private Step step(final ObjectChange change) {
        final ApiObject old = transitions.model().object(change.kind(), change.key()).orElse(null);
        WritePreconditions.check(change, old);
        if (change.object().isEmpty()) {
            return new Step(change, old, null, Outcome.REMOVED);
        }
        final ObjectNode json = withServerFields(change.kind(), change.object().get(), old);
        final Outcome outcome =
                old == null
                        ? Outcome.CREATED
                        : json.equals(old.json()) ? Outcome.UNCHANGED : Outcome.CONFIGURED;
        return new Step(change, old, json, outcome);
    }

    /** The new object with what only the server says: uid, times, generation, old version. */
    private ObjectNode withServerFields(
            final ObjectKind kind, final ApiObject object, final ApiObject old) {
        final ObjectNode json = object.json().deepCopy();
        final ObjectNode metadata = metadata(json);
        final JsonNode oldJson = old == null ? json.nullNode() : old.json();
        final JsonNode oldMetadata = oldJson.path("metadata");
        if (old == null) {
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
        if (kind != ObjectKind.NAMESPACE) {
            final int generation = oldMetadata.path("generation").asInt(0);
            final boolean sameSpec = json.path("spec").equals(oldJson.path("spec"));
            // An int node, as the parser makes of small numbers: the objects must compare equal.
            metadata.put("generation", sameSpec ? Math.max(1, generation) : generation + 1);
        }
        return json;
    }

    private static ApiObject parse(final ObjectKind kind, final JsonNode json) {
        return switch (kind) {
            case NETWORK_POLICY -> NetworkPolicyParser.parse(json);
            case CLUSTER_NETWORK_POLICY -> ClusterNetworkPolicyParser.parse(json);
            case NAMESPACE -> NamespaceParser.parse(json);
            default -> throw new IllegalArgumentException(kind + " (expected: an API object)");
        };
    }

    private static ObjectNode metadata(final ObjectNode json) {
        return json.withObject("/metadata");
    }

    private static String what(final List<ObjectChange> changes) {
        final ObjectChange first = changes.get(0);
        final String name =
                (first.object().isEmpty() ? "deleting " : "")
                        + WritePreconditions.resource(first.kind())
                        + " \""
                        + first.key()
                        + "\"";
        return changes.size() == 1 ? name : name + " and " + (changes.size() - 1) + " more";
    }

    private static StateChange stored(
            final ObjectKind kind, final String key, final JsonNode json, final long version) {
        return json == null
                ? StateChange.remove(kind, key)
                : StateChange.write(new StoredObject(kind, key, version, json));
    }

    private static StateChange asBefore(final Change change) {
        final JsonNode before = change.before();
        return stored(
                change.kind(),
                change.key(),
                before,
                before == null ? 0 : before.path("metadata").path("resourceVersion").asLong());
    }
}
