package dev.weir.dataplane.process;

import dev.weir.dataplane.event.CpuLogs;
import dev.weir.dataplane.event.RecordHandler;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Descriptor;
import dev.weir.dataplane.jni.DirectMemory;
import dev.weir.dataplane.layout.ProcessLayout;
import dev.weir.dataplane.layout.ProcessVia;
import dev.weir.dataplane.link.CgroupHook;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.link.RootCgroup;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.object.ProgramInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final CpuLogs told;
    private final BpfMap sockets;
    private final LoadedObject object;
    private final Map<CgroupHook, BpfProgram> programs = new EnumMap<>(CgroupHook.class);
    private final Deque<KernelLink> links = new ArrayDeque<>();

    /**
     * Attaches the programs.
     *
     * @param object weir_process.bpf.o, loaded; closed with this
     * @param told weir_processes; the caller's
     * @param sockets weir_process_sockets; the caller's
     * @throws BpfException if the kernel refuses; nothing is left behind
     */
    public KernelProcesses(final LoadedObject object, final CpuLogs told, final BpfMap sockets) {
        this.object = object;
        this.sockets = sockets;
        this.told = told;
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

    /**
     * Writes down that {@code holder} has the socket that is its descriptor {@code fd}, as the
     * programs would have; what a program has written stays.
     *
     * @param comm what the process is called, as {@code /proc/PID/comm} has it
     * @return false if it was known, or is none that the programs would keep
     * @throws BpfException if the process or the descriptor is gone, or not for us to see
     */
    public boolean adopt(final SocketHolder holder, final int fd, final byte[] comm) {
        final UnsafeBuffer key = new UnsafeBuffer(DirectMemory.allocate(Integer.BYTES));
        final UnsafeBuffer value =
                new UnsafeBuffer(DirectMemory.allocate(ProcessLayout.PROCESS_LENGTH));
        try (Descriptor socket = holder.copy(fd)) {
            final Optional<ProcessVia> via = SocketHolder.via(socket);
            if (via.isEmpty()) {
                return false;
            }
            key.putInt(0, socket.number());
            ProcessLayout.put(value, holder.pid(), via.get(), comm);
            return sockets.insert(key, value);
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
        return told.poll(handler, limit);
    }

    @Override
    public long lost() {
        return told.lost();
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
