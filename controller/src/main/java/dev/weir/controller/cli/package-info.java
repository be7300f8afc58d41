/**
 * The command line: one class a command, all of it over REST.
 *
 * <p>Start at {@link dev.weir.controller.cli.Cli}. Depends on cli.client and cli.text, and on
 * policy for checking a file without an agent.
 */
package dev.weir.controller.cli;
