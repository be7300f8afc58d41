/**
 * Text for people: tables, labels and units.
 *
 * <p>Start at {@link dev.weir.controller.cli.text.TextTable}. Depends on Jackson's node classes.
 */
package dev.weir.controller.cli.text;
