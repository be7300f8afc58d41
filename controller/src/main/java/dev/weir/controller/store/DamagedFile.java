package dev.weir.controller.store;

import java.nio.file.Path;

/**
 * A file that could not be read back and was set aside.
 *
 * @param kind of the object it held
 * @param key of the object as far as the file's name tells it; cut short where the name was
 * @param setAside where the file is now
 * @param problem what is wrong with it
 */
public record DamagedFile(ObjectKind kind, String key, Path setAside, String problem) {}
