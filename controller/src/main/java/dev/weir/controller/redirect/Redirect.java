package dev.weir.controller.redirect;

import java.util.Optional;

/** Between which containers frames are redirected past their bridge. Safe for any thread. */
public interface Redirect {
    /** Of all of them. */
    RedirectState state();

    /** One endpoint; empty if none with that number is attached. */
    Optional<RedirectedEndpoint> endpoint(int number);
}
