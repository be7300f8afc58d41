/**
 * Immutable collections whose next version shares with the last one what stays.
 *
 * <p>Start at {@link dev.weir.controller.collection.ArrayMap}. Depends on nothing.
 */
package dev.weir.controller.collection;
