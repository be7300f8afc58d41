package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.jni.VerifierException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.BufferUtil;

/**
 * An object file that was read and may be configured; it has not touched the kernel yet. {@link
 * #load} turns it into a {@link LoadedObject}. Single-threaded.
 */
public final class BpfObject implements AutoCloseable {
    private static final int LOG_BYTES = 1 << 20;
    private static final int NAMES_BYTES = 16 << 10;

    private final Path file;

    /** The kernel writes here during load; the object keeps its address until it is closed. */
    private final ByteBuffer log = DirectMemory.allocate(LOG_BYTES);

    private final ByteBuffer scratch = DirectMemory.allocate(NAMES_BYTES);
    private long handle;

    private BpfObject(final Path file) {
        this.file = file;
        final long result = Native.objectOpen(file.toString(), BufferUtil.address(log), LOG_BYTES);
        if (result < 0 && result >= -4095) {
            throw new BpfException("open object " + file, (int) -result, messages());
        }
        this.handle = result;
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static BpfObject open(final Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("object: " + file + " (expected: a BPF object)");
        }
        return new BpfObject(file);
    }

    /** Sets a __u32 of section .rodata. */
    public BpfObject set(final String variable, final int value) {
        scratch.putInt(0, value);
        BpfException.check(
                Native.objectSet(handle(), variable, BufferUtil.address(scratch), Integer.BYTES),
                "set variable " + variable + " of",
                file);
        return this;
    }

    /** Sets a struct of section .rodata; {@code value} has all of its bytes. */
    public BpfObject set(final String variable, final byte[] value) {
        scratch.put(0, value);
        BpfException.check(
                Native.objectSet(handle(), variable, BufferUtil.address(scratch), value.length),
                "set variable " + variable + " of",
                file);
        return this;
    }

    /** As {@link #set(String, int)}, and nothing where the object has no such variable. */
    public BpfObject setIfPresent(final String variable, final int value) {
        scratch.putInt(0, value);
        return setScratchIfPresent(variable, Integer.BYTES);
    }

    /** As {@link #setIfPresent(String, int)}, for an array of __u64. */
    public BpfObject setIfPresent(final String variable, final long[] values) {
        for (int i = 0; i < values.length; i++) {
            scratch.putLong(i * Long.BYTES, values[i]);
        }
        return setScratchIfPresent(variable, values.length * Long.BYTES);
    }

    private BpfObject setScratchIfPresent(final String variable, final int length) {
        final int result =
                Native.objectSet(handle(), variable, BufferUtil.address(scratch), length);
        if (!Errno.ENOENT.is(result)) {
            BpfException.check(result, "set variable " + variable + " of", file);
        }
        return this;
    }

    /** The maps that the source declares. */
    public List<String> mapNames() {
        return names(Native.objectMapNames(handle(), BufferUtil.address(scratch), NAMES_BYTES));
    }

    public List<String> programNames() {
        return names(Native.objectProgramNames(handle(), BufferUtil.address(scratch), NAMES_BYTES));
    }

    /** Sets the size of a map. */
    public BpfObject maxEntries(final String map, final int entries) {
        BpfException.check(
                Native.objectMapMaxEntries(map(map), entries), "set the size of map", map);
        return this;
    }

    /** The map pinned there is used again if there is one; else the new map is pinned there. */
    public BpfObject pinPath(final String map, final Path path) {
        BpfException.check(
                Native.objectMapPinPath(map(map), path.toString()), "set the pin of map", map);
        return this;
    }

    /**
     * Hands the object to the kernel. This instance is used up, also when it fails.
     *
     * @throws VerifierException if the verifier refuses a program
     * @throws BpfException for any other refusal
     */
    public LoadedObject load() {
        final int result = Native.objectLoad(handle());
        if (result < 0) {
            final String said = verifierLog();
            final String warnings = messages();
            close();
            throw said.isEmpty()
                    ? new BpfException("load object " + file, -result, warnings)
                    : new VerifierException("load object " + file, -result, said);
        }
        final LoadedObject loaded = new LoadedObject(file, handle, log, mapNames(), programNames());
        handle = 0;
        return loaded;
    }

    @Override
    public void close() {
        if (handle != 0) {
            final long closing = handle;
            handle = 0;
            Native.objectClose(closing);
        }
    }

    private long map(final String name) {
        return BpfException.check(
                Native.objectMap(handle(), name), "find map " + name + " in", file);
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("object " + file + ": closed or loaded");
        }
        return handle;
    }

    private List<String> names(final int length) {
        BpfException.check(length, "list the parts of", file);
        return DirectMemory.text(scratch, length).lines().toList();
    }

    private String verifierLog() {
        int length = 0;
        while (length < LOG_BYTES && log.get(length) != 0) {
            length++;
        }
        return DirectMemory.text(log, length);
    }

    private String messages() {
        final int length = Native.objectMessages(BufferUtil.address(scratch), NAMES_BYTES);
        return DirectMemory.text(scratch, length).strip().replace("\n", "; ");
    }
}
