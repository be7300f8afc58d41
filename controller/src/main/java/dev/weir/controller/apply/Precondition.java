package dev.weir.controller.apply;

/**
 * Under which condition a write is carried out.
 *
 * @param kind whether the object must exist
 * @param resourceVersion what the caller read, 0 = whatever is there
 * @param dryRun all checks, no change
 */
public record Precondition(Kind kind, long resourceVersion, boolean dryRun) {
    /** Whether the object must exist. */
    public enum Kind {
        /** It must not: 409 AlreadyExists. */
        CREATE,
        /** It must: 404. */
        REPLACE,
        /** Either. */
        ANY
    }

    /** Create or replace whatever is there. */
    public static final Precondition NONE = new Precondition(Kind.ANY, 0, false);
}
