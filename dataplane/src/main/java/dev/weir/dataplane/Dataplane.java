package dev.weir.dataplane;

import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.feature.KernelFeatures;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.judge.KernelJudge;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.table.CidrTable;
import dev.weir.dataplane.table.ConnectionTable;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.EndpointTable;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.ForwardingTable;
import dev.weir.dataplane.table.PeerTable;
import dev.weir.dataplane.table.PolicyTable;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.RuleCounters;
import dev.weir.dataplane.table.TableUsage;
import java.util.List;

/**
 * Front door: the loaded programs, their tables, and the hooks.
 *
 * <p>Closing leaves programs, links and maps at work in the kernel and gives back what this process
 * holds; {@link #destroy} takes them away. Each table says who may write it; reads of mmapped
 * memory are safe from any thread.
 */
public interface Dataplane extends AutoCloseable {
    /**
     * Takes over the pinned tables under the pin root if they fit, else makes a fresh generation
     * beside them, and loads the programs. Attaches nothing.
     *
     * @throws dev.weir.dataplane.jni.BpfException if the kernel refuses; nothing is left behind
     * @throws IllegalArgumentException if an object is missing or the pin root is on no bpffs
     */
    static Dataplane open(final DataplaneOptions options) {
        return KernelDataplane.open(options);
    }

    EndpointTable endpoints();

    PeerTable peers();

    CidrTable cidrs();

    PolicyTable policies();

    ControlTable control();

    ForwardingTable forwarding();

    Redirection redirection();

    ConnectionTable connections();

    FlowRegions flows();

    DeniedRegions denied();

    CounterTable counters();

    RuleCounters rules();

    /** Entries of the caches that had to make room. */
    EventSource events();

    /** Copies of the containers' DNS messages; none where they are off in the options. */
    EventSource dns();

    KernelClock clock();

    /** What the programs would say of a connection. */
    KernelJudge judge();

    Hooks hooks();

    /**
     * Loads the programs of a capture, which the caller closes before this dataplane; no interface
     * has them yet.
     *
     * @param ringBytes a power of two: room for packets that wait to be read
     * @throws dev.weir.dataplane.jni.BpfException if the kernel refuses; nothing is left behind
     */
    PacketCapture capture(PacketFilter filter, int ringBytes);

    /**
     * Loads and attaches the programs that know whose processes the sockets are, which the caller
     * closes before this dataplane.
     *
     * @throws dev.weir.dataplane.jni.BpfException if the kernel refuses; nothing is left behind
     */
    KernelProcesses processes();

    KernelFeatures features();

    /** Whether waits for the kernel are expedited, and why not. */
    GracePeriods.State gracePeriods();

    /** Fill and memory of each table, in the order of {@code maps.h}. */
    List<TableUsage> usage();

    List<ProgramInfo> programs();

    /** True when the pinned tables of an earlier agent are in use, with all they hold. */
    boolean takenOver();

    /**
     * Removes the pins of older generations. Call it when the tables are filled and {@code
     * hooks().attach} has moved every interface over; until then the old programs enforce with the
     * old tables.
     */
    void retireOlderGenerations();

    /** Detaches every interface, removes every pin under the pin root, and closes. */
    void destroy();

    @Override
    void close();
}
