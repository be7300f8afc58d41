package dev.weir.controller.redirect;

/**
 * Whether frames between containers of one bridge are redirected past it.
 *
 * @param mode setting in force: auto or off
 * @param on whether any are, now
 * @param reason why not; empty when on
 * @param endpoints that may send and get them
 */
public record RedirectState(String mode, boolean on, String reason, int endpoints) {}
