package dev.weir.controller.policy;

import com.fasterxml.jackson.databind.JsonNode;

/** A valid object of a kind that clients write over the API. */
public interface ApiObject {
    /** What Weir reads of its metadata. */
    ObjectMeta meta();

    /** The object with defaults filled in, as REST returns it; not to be changed. */
    JsonNode json();

    /** Unique in its kind: {@code namespace/name}, or the name where there is no namespace. */
    String key();
}
