/**
 * How the agent's threads are made.
 *
 * <p>Start at {@link dev.weir.controller.thread.Daemons}. Depends on nothing.
 */
package dev.weir.controller.thread;
