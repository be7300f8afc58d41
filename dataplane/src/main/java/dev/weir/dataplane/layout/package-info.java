/**
 * The bytes of {@code bpf/common/abi.h}: flyweights, enums and addresses.
 *
 * <p>Start at {@link dev.weir.dataplane.layout.FlowEntry}. Depends on Agrona only.
 */
package dev.weir.dataplane.layout;
