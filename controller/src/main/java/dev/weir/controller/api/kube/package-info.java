/**
 * Policies and namespaces on the paths, and with the verbs, of the Kubernetes API.
 *
 * <p>Start at {@link dev.weir.controller.api.kube.ObjectStore} (what a kind of object can do) and
 * {@link dev.weir.controller.api.kube.Verbs} (its routes). Depends on api.http, apply, policy.
 */
package dev.weir.controller.api.kube;
