package dev.weir.dataplane;

import static java.util.Objects.requireNonNull;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.grace.GraceMode;
import java.nio.file.Path;

/**
 * What {@link Dataplane#open} needs to know.
 *
 * @param objects folder of weir_tc.bpf.o, weir_xdp.bpf.o, weir_clock.bpf.o and weir_ask.bpf.o
 * @param pinRoot folder under a bpffs that belongs to this agent alone; made if missing
 * @param sizes of the tables
 * @param attachMode how programs get onto an interface
 * @param xdpMode {@link XdpMode#OFF} loads no XDP program
 * @param graceMode whether waits for the kernel are expedited
 * @param dns whether containers' DNS messages are copied to user space
 * @param processes whether the programs tell whose socket a connection is
 * @param redirect whether the programs can redirect frames past the bridge between two containers;
 *     they do so when {@link Dataplane#redirection} says
 */
public record DataplaneOptions(
        Path objects,
        Path pinRoot,
        TableSizes sizes,
        AttachMode attachMode,
        XdpMode xdpMode,
        GraceMode graceMode,
        boolean dns,
        boolean processes,
        boolean redirect) {

    public DataplaneOptions {
        requireNonNull(objects, "objects");
        requireNonNull(pinRoot, "pinRoot");
        requireNonNull(sizes, "sizes");
        requireNonNull(attachMode, "attachMode");
        requireNonNull(xdpMode, "xdpMode");
        requireNonNull(graceMode, "graceMode");
    }

    /** Default sizes, and the best the kernel has. */
    public static DataplaneOptions of(final Path objects, final Path pinRoot) {
        return new DataplaneOptions(
                objects,
                pinRoot,
                TableSizes.defaults(),
                AttachMode.AUTO,
                XdpMode.AUTO,
                GraceMode.AUTO,
                true,
                true,
                false);
    }

    public DataplaneOptions withSizes(final TableSizes other) {
        return new DataplaneOptions(
                objects, pinRoot, other, attachMode, xdpMode, graceMode, dns, processes, redirect);
    }

    public DataplaneOptions withAttachMode(final AttachMode other) {
        return new DataplaneOptions(
                objects, pinRoot, sizes, other, xdpMode, graceMode, dns, processes, redirect);
    }

    public DataplaneOptions withXdpMode(final XdpMode other) {
        return new DataplaneOptions(
                objects, pinRoot, sizes, attachMode, other, graceMode, dns, processes, redirect);
    }

    public DataplaneOptions withDns(final boolean other) {
        return new DataplaneOptions(
                objects,
                pinRoot,
                sizes,
                attachMode,
                xdpMode,
                graceMode,
                other,
                processes,
                redirect);
    }

    public DataplaneOptions withProcesses(final boolean other) {
        return new DataplaneOptions(
                objects, pinRoot, sizes, attachMode, xdpMode, graceMode, dns, other, redirect);
    }

    public DataplaneOptions withRedirect(final boolean other) {
        return new DataplaneOptions(
                objects, pinRoot, sizes, attachMode, xdpMode, graceMode, dns, processes, other);
    }
}
