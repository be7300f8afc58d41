/**
 * A small HTTP/1.1 client over a Unix socket: all that the command line needs, and nothing that
 * would cost start-up time.
 *
 * <p>Start at {@link dev.weir.controller.cli.client.AgentClient}. Depends on cli.text.
 */
package dev.weir.controller.cli.client;
