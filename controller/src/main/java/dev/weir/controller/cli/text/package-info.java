/**
 * Text in and out: JSON, YAML, tables, and units for people.
 *
 * <p>Start at {@link dev.weir.controller.cli.text.TextTable} or {@link
 * dev.weir.controller.cli.text.Json}. Depends on Jackson's streaming and node classes and
 * SnakeYAML.
 */
package dev.weir.controller.cli.text;
