/**
 * What Weir tells of TCP connections compared with what the kernel's own sockets tell of the same
 * ones. Start at TcpTruthIT. Depends on a real agent, {@code ss} and {@code nft}.
 */
package dev.weir.controller.truth;
