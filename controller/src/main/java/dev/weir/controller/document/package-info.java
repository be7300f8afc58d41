/**
 * JSON and YAML text to nodes and back, for the command line and the agent alike.
 *
 * <p>Start at {@link dev.weir.controller.document.Json}. Depends on Jackson's streaming and node
 * classes and SnakeYAML.
 */
package dev.weir.controller.document;
