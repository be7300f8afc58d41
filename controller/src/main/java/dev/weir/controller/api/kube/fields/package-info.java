/**
 * Who owns which field of an object: server-side apply, as the API server does it.
 *
 * <p>Start at {@link dev.weir.controller.api.kube.fields.Ownership}. Depends on api.kube.schema for
 * which lists and maps are owned element by element, and on api.http's JSON and errors.
 */
package dev.weir.controller.api.kube.fields;
