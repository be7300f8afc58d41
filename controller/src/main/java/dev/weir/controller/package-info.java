/** The agent and the command line. Start at {@code app.Agent} and {@code cli.Cli}. */
package dev.weir.controller;
