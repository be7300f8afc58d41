package dev.weir.controller.policy;

import java.util.Map;

/**
 * What Weir reads of an object's metadata.
 *
 * @param name of the object
 * @param namespace of the object, empty for cluster-wide objects; null when it was not given
 * @param uid null when absent
 * @param resourceVersion null when absent
 * @param labels never null
 * @param annotations never null
 */
public record ObjectMeta(
        String name,
        String namespace,
        String uid,
        String resourceVersion,
        Map<String, String> labels,
        Map<String, String> annotations) {
    public ObjectMeta {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
