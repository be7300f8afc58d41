/**
 * The agent's side of the CNI verbs: requests of the plugin to attach, detach and check.
 *
 * <p>Start at {@link dev.weir.controller.cni.CniVerbs}. Depends on apply, endpoint and compile.
 */
package dev.weir.controller.cni;
