/**
 * Not shipped: what the build runs to make the distribution.
 *
 * <p>Start at {@link dev.weir.dist.ArchiveTraining}. Depends on controller.cli.
 */
package dev.weir.dist;
