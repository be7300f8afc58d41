package dev.weir.controller.api.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who may ask over a listener. */
public final class Access {
    private static final String SCHEME = "bearer ";

    private static final Pattern LOCAL =
            Pattern.compile(
                    "(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private final Optional<byte[]> token;
    private final boolean localNames;

    private Access(final Optional<byte[]> token, final boolean localNames) {
        this.token = token;
        this.localNames = localNames;
    }

    /** Whoever can connect may ask: the Unix socket, whose file mode has decided already. */
    public static Access anyone() {
        return new Access(Optional.empty(), false);
    }

    /**
     * Whoever can connect may ask, but only by a name of this host: a web page whose own name was
     * made to resolve to loopback (DNS rebinding) may not.
     */
    public static Access byLocalName() {
        return new Access(Optional.empty(), true);
    }

    /** Each request must carry {@code Authorization: Bearer} with this token. */
    public static Access withToken(final String token) {
        return new Access(Optional.of(token.getBytes(StandardCharsets.UTF_8)), false);
    }

    /**
     * Checks a request's credentials in a time that does not depend on them.
     *
     * @param authorization the header, null when absent
     * @param hosts each Host header
     * @throws ApiException 401 or 403
     */
    void check(final String authorization, final List<String> hosts) {
        if (localNames && (hosts.size() != 1 || !LOCAL.matcher(hosts.get(0).strip()).matches())) {
            throw ApiException.of(
                    403,
                    "Forbidden",
                    "Host: "
                            + String.join(", ", hosts)
                            + " (expected: localhost, 127.0.0.1 or [::1]; other names need a token)",
                    null);
        }
        if (token.isEmpty()) {
            return;
        }
        final boolean bearer =
                authorization != null
                        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        final byte[] given =
                bearer
                        ? authorization
                                .substring(SCHEME.length())
                                .strip()
                                .getBytes(StandardCharsets.UTF_8)
                        : new byte[0];
        if (!MessageDigest.isEqual(given, token.get())) {
            throw ApiException.of(
                    401,
                    "Unauthorized",
                    "Authorization: missing or wrong (expected: Bearer and the agent's token)",
                    null);
        }
    }
}
