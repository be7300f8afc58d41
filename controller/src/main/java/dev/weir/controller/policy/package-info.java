/**
 * The Kubernetes objects Weir takes: their model, and parsers that find every problem at once.
 * Start at {@link dev.weir.controller.policy.NetworkPolicyParser} and {@link
 * dev.weir.controller.policy.ClusterNetworkPolicyParser}. Depends on identity, dataplane.layout and
 * Jackson's tree.
 */
package dev.weir.controller.policy;
