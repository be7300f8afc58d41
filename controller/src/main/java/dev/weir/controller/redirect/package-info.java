/**
 * Decides between which containers frames are redirected past their bridge, and tells the programs.
 * Start at {@code RedirectControl}. Depends on {@code dataplane.netlink} and {@code
 * dataplane.table}.
 */
package dev.weir.controller.redirect;
