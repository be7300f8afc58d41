/**
 * What the fields of each kind are: the definitions that clients read, and what is done by them.
 *
 * <p>Start at {@link dev.weir.controller.api.kube.schema.Definitions}. Depends on Jackson and
 * api.http's JSON.
 */
package dev.weir.controller.api.kube.schema;
