package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.map.BpfMap;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * An object in the kernel. Maps and programs taken from it own their descriptors and outlive it.
 */
public final class LoadedObject implements AutoCloseable {
    private final Path file;
    private final List<String> mapNames;
    private final List<String> programNames;
    private long handle;

    /** Held because the native object keeps its address. */
    private ByteBuffer log;

    LoadedObject(
            final Path file,
            final long handle,
            final ByteBuffer log,
            final List<String> mapNames,
            final List<String> programNames) {
        this.file = file;
        this.handle = handle;
        this.log = log;
        this.mapNames = mapNames;
        this.programNames = programNames;
    }

    public List<String> mapNames() {
        return mapNames;
    }

    public List<String> programNames() {
        return programNames;
    }

    /** A new handle on the map. */
    public BpfMap map(final String name) {
        final long map =
                BpfException.check(
                        Native.objectMap(handle(), name), "find map " + name + " in", file);
        return BpfMap.own(name, Native.objectMapDescriptor(map));
    }

    /** A new handle on the program. */
    public BpfProgram program(final String name) {
        return BpfProgram.own(
                name,
                BpfException.check(
                        Native.objectProgramDescriptor(handle(), name),
                        "find program " + name + " in",
                        file));
    }

    @Override
    public void close() {
        if (handle != 0) {
            final long closing = handle;
            handle = 0;
            Native.objectClose(closing);
            log = null;
        }
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("object " + file + ": closed");
        }
        return handle;
    }
}
