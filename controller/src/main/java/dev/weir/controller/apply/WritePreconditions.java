package dev.weir.controller.apply;

import dev.weir.controller.policy.ApiObject;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.controller.store.ObjectKind;
import java.util.List;

/** May a change be made to what is there? Refusals are worded as the API server's. */
final class WritePreconditions {
    private WritePreconditions() {}

    /** The plural and the group: what errors call a kind. */
    static String resource(final ObjectKind kind) {
        return switch (kind) {
            case NETWORK_POLICY -> "networkpolicies.networking.k8s.io";
            case CLUSTER_NETWORK_POLICY -> "clusternetworkpolicies.policy.networking.k8s.io";
            default -> kind.folder();
        };
    }

    /**
     * @param old what is there; null if nothing is
     * @throws ControllerException 400, 404 or 409
     */
    static void check(final ObjectChange change, final ApiObject old) {
        final String resource = resource(change.kind());
        final String name = change.key().substring(change.key().indexOf('/') + 1);
        final Precondition precondition = change.precondition();
        final boolean removal = change.object().isEmpty();
        if (precondition.kind() == Precondition.Kind.CREATE) {
            if (old != null) {
                throw ControllerException.alreadyExists(resource, name);
            }
            if (precondition.resourceVersion() != 0) {
                throw new ControllerException(
                        400,
                        "BadRequest",
                        "resourceVersion should not be set on objects to be created",
                        List.of());
            }
            return;
        }
        if (old == null) {
            if (removal
                    || precondition.kind() == Precondition.Kind.REPLACE
                    || precondition.resourceVersion() != 0) {
                throw ControllerException.notFound(resource, name);
            }
            return;
        }
        isCurrent(resource, name, old.meta(), precondition, removal);
        final String uid = removal ? null : change.object().get().meta().uid();
        if (uid != null && !uid.equals(old.meta().uid())) {
            throw conflict(
                    resource,
                    name,
                    "Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: "
                            + old.meta().uid());
        }
    }

    private static void isCurrent(
            final String resource,
            final String name,
            final ObjectMeta old,
            final Precondition precondition,
            final boolean removal) {
        final String wanted = Long.toString(precondition.resourceVersion());
        if (precondition.resourceVersion() == 0 || wanted.equals(old.resourceVersion())) {
            return;
        }
        throw conflict(
                resource,
                name,
                removal
                        ? "Precondition failed: ResourceVersion in precondition: "
                                + wanted
                                + ", ResourceVersion in object meta: "
                                + old.resourceVersion()
                        : "the object has been modified; please apply your changes to the latest"
                                + " version and try again");
    }

    private static ControllerException conflict(
            final String resource, final String name, final String why) {
        return ControllerException.conflict(
                "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why);
    }
}
