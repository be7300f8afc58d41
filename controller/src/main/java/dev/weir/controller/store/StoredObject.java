package dev.weir.controller.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One object as it is on disk.
 *
 * @param kind which folder
 * @param key unique in its kind; {@code namespace/name} for what has a namespace
 * @param resourceVersion of its last write
 * @param json the object
 */
public record StoredObject(ObjectKind kind, String key, long resourceVersion, JsonNode json) {}
