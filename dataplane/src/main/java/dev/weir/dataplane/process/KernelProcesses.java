package dev.weir.dataplane.process;

import dev.weir.dataplane.event.RecordHandler;
import dev.weir.dataplane.event.RingBuffer;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.link.CgroupHook;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.link.RootCgroup;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.object.ProgramInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The programs that write down which process has a socket, and what the programs at the hooks tell
 * of it. They are attached as long as this is open and not paused, to the root of the cgroup
 * hierarchy. The links are not pinned; what was written stays with the tables.
 *
 * <p>Every method is for any thread.
 */
public final class KernelProcesses implements ProcessSource, AutoCloseable {
    private static final Map<String, CgroupHook> PROGRAMS =
            Map.of(
                    "weir_process_create", CgroupHook.SOCKET_CREATE,
                    "weir_process_bind4", CgroupHook.POST_BIND_V4,
                    "weir_process_bind6", CgroupHook.POST_BIND_V6,
                    "weir_process_connect4", CgroupHook.CONNECT_V4,
                    "weir_process_connect6", CgroupHook.CONNECT_V6,
                    "weir_process_close", CgroupHook.SOCKET_RELEASE);

    private final RingBuffer ring;
    private final UnsafeBuffer losses;
    private final LoadedObject object;
    private final Map<CgroupHook, BpfProgram> programs = new EnumMap<>(CgroupHook.class);
    private final Deque<KernelLink> links = new ArrayDeque<>();

    /**
     * Attaches the programs.
     *
     * @param object weir_process.bpf.o, loaded; closed with this
     * @param ring weir_processes; the caller's
     * @param losses weir_process_losses
     * @throws BpfException if the kernel refuses; nothing is left behind
     */
    public KernelProcesses(
            final LoadedObject object, final RingBuffer ring, final UnsafeBuffer losses) {
        this.object = object;
        this.ring = ring;
        this.losses = losses;
        try {
            PROGRAMS.forEach((name, hook) -> programs.put(hook, object.program(name)));
            attach();
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    private void attach() {
        try (RootCgroup root = RootCgroup.open()) {
            programs.forEach((hook, program) -> links.push(KernelLink.cgroup(program, root, hook)));
        } catch (final BpfException e) {
            detach();
            throw e;
        }
    }

    private void detach() {
        while (!links.isEmpty()) {
            links.pop().close();
        }
    }

    /**
     * Takes the programs from the sockets, or puts them back.
     *
     * @throws BpfException if the kernel no longer takes them; it stays paused then
     */
    public synchronized void pause(final boolean off) {
        if (off) {
            detach();
        } else if (links.isEmpty()) {
            attach();
        }
    }

    /** The programs that run now. */
    public synchronized List<ProgramInfo> programs() {
        final List<ProgramInfo> running = new ArrayList<>();
        if (!links.isEmpty()) {
            programs.values().forEach(program -> running.add(program.info()));
        }
        return running;
    }

    @Override
    public synchronized int poll(final RecordHandler handler, final int limit) {
        return ring.records(handler, limit);
    }

    @Override
    public long lost() {
        return losses.getLongVolatile(ProcessLayout.LOST_EVENTS_OFFSET);
    }

    /** Twice is fine. */
    @Override
    public synchronized void close() {
        detach();
        programs.values().forEach(BpfProgram::close);
        programs.clear();
        object.close();
    }
}
