package dev.weir.controller.api.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Who may ask over a listener. */
public final class Access {
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> token;

    private Access(final Optional<byte[]> token) {
        this.token = token;
    }

    /** Whoever can connect may ask: the Unix socket, whose file mode has decided already. */
    public static Access anyone() {
        return new Access(Optional.empty());
    }

    /** Each request must carry {@code Authorization: Bearer} with this token. */
    public static Access withToken(final String token) {
        return new Access(Optional.of(token.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Checks a request's credentials in a time that does not depend on them.
     *
     * @param authorization the header, null when absent
     * @throws ApiException 401
     */
    void check(final String authorization) {
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
