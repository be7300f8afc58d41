package dev.weir.dataplane.object;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Native;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.agrona.BufferUtil;

/** One loaded program: owns a descriptor. */
public final class BpfProgram implements AutoCloseable {
    /** {@code BPF_PROG_TYPE_SCHED_CLS}. */
    public static final int SCHED_CLS = 3;

    /** {@code BPF_PROG_TYPE_XDP}. */
    public static final int XDP = 6;

    private static final int INFO_LENGTH = 256;
    private static final int INSTRUCTION_LENGTH = 8;
    private static final int NAME_OFFSET = 64;
    private static final int RUN_NANOS_OFFSET = 192;
    private static final int RUNS_OFFSET = 200;
    private static final int MISSES_OFFSET = 208;

    private final String name;
    private final Descriptor descriptor;

    private BpfProgram(final String name, final int fd) {
        this.name = name;
        this.descriptor = new Descriptor(fd, "program " + name);
    }

    /** Takes a descriptor over. */
    public static BpfProgram own(final String name, final int fd) {
        return new BpfProgram(name, BpfException.check(fd, "open program", name));
    }

    /** The program with a kernel id, whoever loaded it. */
    public static BpfProgram byId(final int id) {
        return own("#" + id, Native.programById(id));
    }

    /** A program that always answers the same: for probes. */
    public static BpfProgram empty(final int type, final int answer) {
        return own("weir_probe", Native.programLoadEmpty(type, answer));
    }

    /**
     * As {@link #empty}, of {@code BPF_PROG_TYPE_CGROUP_SOCK}.
     *
     * @param attachType {@code enum bpf_attach_type}
     */
    public static BpfProgram emptyAtSockets(final int attachType, final int answer) {
        return own("weir_probe", Native.programLoadCgroup(attachType, answer));
    }

    public String name() {
        return name;
    }

    public int descriptor() {
        return descriptor.number();
    }

    /**
     * Asks the kernel ({@code struct bpf_prog_info}); a program opened by id has the kernel's name.
     */
    public ProgramInfo info() {
        final ByteBuffer info = infoBytes();
        final byte[] tag = new byte[8];
        info.get(8, tag);
        return new ProgramInfo(
                name.startsWith("#") ? kernelName(info) : name,
                info.getInt(4),
                HexFormat.of().formatHex(tag),
                info.getInt(20) / INSTRUCTION_LENGTH,
                info.getInt(16),
                info.getLong(RUN_NANOS_OFFSET),
                info.getLong(RUNS_OFFSET),
                info.getLong(MISSES_OFFSET));
    }

    int type() {
        return infoBytes().getInt(0);
    }

    private ByteBuffer infoBytes() {
        final ByteBuffer info = DirectMemory.allocate(INFO_LENGTH);
        BpfException.check(
                Native.kernelObjectInfo(descriptor.number(), BufferUtil.address(info), INFO_LENGTH),
                "ask program",
                name);
        return info;
    }

    /** At most 15 characters, zero-terminated. */
    private static String kernelName(final ByteBuffer info) {
        final byte[] bytes = new byte[16];
        info.get(NAME_OFFSET, bytes);
        final String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('\0'));
    }

    /** Makes the program outlive the process. */
    public void pin(final Path path) {
        BpfException.check(
                Native.kernelObjectPin(descriptor.number(), path.toString()), "pin program", path);
    }

    /** A run on a packet of the caller's. */
    public TestRun testRun() {
        return new TestRun(this);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
