/**
 * Objects of Kubernetes in its protobuf form to JSON nodes, for bodies of requests.
 *
 * <p>Start at {@link dev.weir.controller.api.protobuf.KubernetesProtobuf}; the tables of fields are
 * in {@link dev.weir.controller.api.protobuf.Messages}. Depends on protobuf's streams and Jackson's
 * nodes.
 */
package dev.weir.controller.api.protobuf;
