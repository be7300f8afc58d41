package dev.weir.controller.api.kube;

import java.util.ArrayList;
import java.util.List;

/** The media types of patches. */
final class PatchTypes {
    static final String JSON = "application/json-patch+json";
    static final String MERGE = "application/merge-patch+json";
    static final String STRATEGIC = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    private PatchTypes() {}

    /**
     * Those that a kind takes. Strategic merge is for Kubernetes' own kinds; kubectl, which asks
     * for it first, goes on to merge patch where it is refused.
     */
    static List<String> of(final Kind kind) {
        final List<String> types = new ArrayList<>(List.of(APPLY, JSON, MERGE));
        if (!kind.equals(Kind.CLUSTER_NETWORK_POLICY)) {
            types.add(STRATEGIC);
        }
        return types;
    }
}
