/**
 * Desired state on disk: one file an object, written before it is applied.
 *
 * <p>Start at {@link dev.weir.controller.store.StateStore}. Depends on nothing of Weir.
 */
package dev.weir.controller.store;
