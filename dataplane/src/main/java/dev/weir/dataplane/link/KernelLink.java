package dev.weir.dataplane.link;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.object.BpfProgram;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.agrona.BufferUtil;

/**
 * A TCX, XDP or cgroup link: owns a descriptor. The program stays attached while a descriptor or a
 * pin of the link lives; closing gives back ours only.
 */
public final class KernelLink implements AutoCloseable {
    private static final int BPF_TCX_INGRESS = 46;
    private static final int BPF_TCX_EGRESS = 47;
    private static final int XDP_FLAGS_SKB_MODE = 1 << 1;
    private static final int XDP_FLAGS_DRV_MODE = 1 << 2;
    private static final int INFO_LENGTH = 128;

    private final String target;
    private final Descriptor descriptor;

    private KernelLink(final int fd, final String target) {
        this.target = target;
        this.descriptor = new Descriptor(fd, "link " + target);
    }

    /** Attaches as the first program of the TCX hook; needs 6.6. */
    public static KernelLink tcx(
            final BpfProgram program, final int ifIndex, final boolean egress) {
        final String target = (egress ? "egress" : "ingress") + " of interface " + ifIndex;
        final int fd =
                Native.linkCreateTcx(
                        program.descriptor(), ifIndex, egress ? BPF_TCX_EGRESS : BPF_TCX_INGRESS);
        return new KernelLink(BpfException.check(fd, "attach to TCX", target), target);
    }

    /** Programs in the row of a TCX hook, whosever; 0 where the kernel has no TCX. */
    public static int tcxPrograms(final int ifIndex, final boolean egress) {
        final int count = Native.tcxCount(ifIndex, egress ? BPF_TCX_EGRESS : BPF_TCX_INGRESS);
        return Errno.EINVAL.is(count)
                ? 0
                : BpfException.check(count, "count programs at TCX of interface", ifIndex);
    }

    /**
     * Attaches to XDP.
     *
     * @throws BpfException EBUSY if another program is there
     */
    public static KernelLink xdp(
            final BpfProgram program, final int ifIndex, final boolean generic) {
        final String target = "interface " + ifIndex;
        final int fd =
                Native.linkCreateXdp(
                        program.descriptor(),
                        ifIndex,
                        generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
        return new KernelLink(
                BpfException.check(fd, generic ? "attach to generic XDP" : "attach to XDP", target),
                target);
    }

    /** Attaches to a cgroup and all below it, beside whatever is there. */
    public static KernelLink cgroup(
            final BpfProgram program, final RootCgroup root, final CgroupHook hook) {
        final int fd = Native.linkCreateCgroup(program.descriptor(), root.number(), hook.number());
        return new KernelLink(
                BpfException.check(fd, "attach to the root cgroup", program.name()),
                program.name());
    }

    /** The link pinned at {@code path}, empty if there is no pin. */
    public static Optional<KernelLink> pinned(final Path path) {
        final int fd = Native.kernelObjectGet(path.toString());
        if (Errno.ENOENT.is(fd)) {
            return Optional.empty();
        }
        return Optional.of(
                new KernelLink(BpfException.check(fd, "open pinned link", path), path.toString()));
    }

    /**
     * What the kernel says of it.
     *
     * @param programId of the attached program
     * @param ifIndex of the interface, 0 when it is gone or the link was detached
     */
    public record Info(int programId, int ifIndex) {}

    public Info info() {
        final ByteBuffer info = DirectMemory.allocate(INFO_LENGTH);
        BpfException.check(
                Native.kernelObjectInfo(descriptor.number(), BufferUtil.address(info), INFO_LENGTH),
                "ask link",
                target);
        return new Info(info.getInt(8), info.getInt(16));
    }

    /** Replaces the program: every packet meets the old one or the new one. */
    public void update(final BpfProgram program) {
        BpfException.check(
                Native.linkUpdate(descriptor.number(), program.descriptor()),
                "replace the program at",
                target);
    }

    /** Makes the link outlive the process. */
    public void pin(final Path path) {
        BpfException.check(
                Native.kernelObjectPin(descriptor.number(), path.toString()), "pin link", path);
    }

    /** Takes the program off now, whoever else holds the link; right when it is off already. */
    public void detach() {
        final int result = Native.linkDetach(descriptor.number());
        if (!Errno.ENOLINK.is(result) && !Errno.ENODEV.is(result) && !Errno.EINVAL.is(result)) {
            BpfException.check(result, "detach link", target);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
