package dev.weir.controller.lint;

/**
 * Something of a valid policy that is surely a mistake.
 *
 * @param field path such as {@code spec.ingress[0].ports[1]}
 * @param code stable, for scripts: {@code no-dns}
 * @param message one sentence: what it means as written, and what may have been meant
 */
public record LintWarning(String field, String code, String message) {
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
