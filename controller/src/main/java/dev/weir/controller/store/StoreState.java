package dev.weir.controller.store;

import java.nio.file.Path;

/**
 * How far the state directory is.
 *
 * @param directory where it is
 * @param journaled objects that are in the journal, safely, and not in their files yet
 * @param problem why the disk refused their files last; empty while it does not
 */
public record StoreState(Path directory, int journaled, String problem) {}
