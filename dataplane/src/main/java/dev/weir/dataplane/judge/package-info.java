/**
 * What the programs would say of a connection, asked without sending a packet.
 *
 * <p>Start at {@link dev.weir.dataplane.judge.KernelJudge}. Depends on layout.
 */
package dev.weir.dataplane.judge;
