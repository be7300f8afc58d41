package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.document.Json;
import dev.weir.controller.document.Positions.Position;
import dev.weir.controller.lint.LintWarning;
import dev.weir.controller.policy.Cause;

/**
 * Something about an object of a file.
 *
 * @param error the agent would refuse the object; else it is surely a mistake
 * @param position in the file; null where the file cannot be read
 * @param object {@code networkpolicy/default/web}; empty where it is not known
 * @param field path in the object; empty for the object itself
 * @param code stable, for scripts
 */
record Finding(
        boolean error,
        String file,
        Position position,
        String object,
        String field,
        String code,
        String message) {
    static Finding of(final Manifest manifest, final String object, final Cause cause) {
        return new Finding(
                true,
                manifest.file(),
                manifest.positions().of(cause.field()),
                object,
                cause.field(),
                cause.reason(),
                cause.message());
    }

    static Finding of(final Manifest manifest, final String object, final LintWarning warning) {
        return new Finding(
                false,
                manifest.file(),
                manifest.positions().of(warning.field()),
                object,
                warning.field(),
                warning.code(),
                warning.message());
    }

    static Finding unreadable(final String file, final String message) {
        return new Finding(true, file, null, "", "", "Unreadable", message);
    }

    ObjectNode json() {
        final ObjectNode node =
                Json.object().put("severity", error ? "error" : "warning").put("file", file);
        if (position != null) {
            node.put("line", position.line()).put("column", position.column());
        }
        return node.put("object", object)
                .put("field", field)
                .put("code", code)
                .put("message", message);
    }

    /** As compilers write it, so that editors find the place. */
    @Override
    public String toString() {
        return file
                + ":"
                + position.line()
                + ":"
                + position.column()
                + ": "
                + (error ? "" : "warning: ")
                + (field.isEmpty() ? "" : field + ": ")
                + message;
    }
}
