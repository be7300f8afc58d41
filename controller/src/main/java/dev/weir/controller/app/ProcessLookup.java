package dev.weir.controller.app;

import dev.weir.controller.api.ProcessState;
import dev.weir.controller.discovery.OlderSockets;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.Support;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.link.RootCgroup;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.process.SocketHolder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose processes flows are, as far as the settings want it and the kernel can tell. The agent
 * starts without it.
 */
final class ProcessLookup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessLookup.class);

    private final FlowSweep flows;

    /** Null where it is off. */
    private final KernelProcesses processes;

    /** Null where it is off, or cannot be done. */
    private final OlderSockets older;

    private volatile String state;
    private volatile String reason = "";
    private final String olderReason;

    private ProcessLookup(final Dataplane dataplane, final boolean wanted, final FlowSweep flows) {
        this.flows = flows;
        this.state = wanted ? "unavailable" : "off";
        this.processes = wanted ? load(dataplane) : null;
        this.olderReason = processes == null ? "" : whyNotOlder(dataplane);
        this.older =
                processes == null || !olderReason.isEmpty() ? null : new OlderSockets(processes);
        if (processes != null) {
            state = "on";
            flows.watchProcesses(processes);
        }
    }

    /** Loads the programs where that is wanted and possible; call it before the sweep runs. */
    static ProcessLookup open(
            final Dataplane dataplane, final boolean wanted, final FlowSweep flows) {
        return new ProcessLookup(dataplane, wanted, flows);
    }

    private KernelProcesses load(final Dataplane dataplane) {
        final Support support = dataplane.features().of(Feature.CGROUP_SOCKETS);
        if (!support.available()) {
            reason = support.reason();
            return null;
        }
        try {
            return dataplane.processes();
        } catch (final BpfException | IllegalArgumentException | IllegalStateException e) {
            reason = e.getMessage();
            LOG.warn("flows are shown without their processes: {}", reason);
            return null;
        }
    }

    private static String whyNotOlder(final Dataplane dataplane) {
        return SocketHolder.countsAsTheHost()
                ? dataplane.features().of(Feature.PIDFD_GETFD).reason()
                : "the agent's pids are not the host's";
    }

    private String reach() {
        final List<String> missing = new ArrayList<>();
        if (RootCgroup.isPartial()) {
            missing.add("only sockets of the agent's own cgroup namespace (expected: the host's)");
        }
        final String notOlder = older == null ? olderReason : older.refusal();
        if (!notOlder.isEmpty()) {
            missing.add("no sockets from before the agent: " + notOlder);
        }
        return String.join("; ", missing);
    }

    /** From any thread: its sockets may be older than the programs. */
    void lookAt(final Endpoint endpoint) {
        if (older != null && !state.equals("shed")) {
            older.look(endpoint.netnsInode());
        }
    }

    /**
     * Takes the programs out of the kernel, or puts them back.
     *
     * @param endpoints whose sockets nobody saw while they were out
     */
    void shed(final boolean off, final Collection<Endpoint> endpoints) {
        if (processes == null) {
            return;
        }
        try {
            processes.pause(off);
            state = off ? "shed" : "on";
            reason = off ? "over budget" : "";
            endpoints.forEach(this::lookAt);
        } catch (final BpfException e) {
            state = "unavailable";
            reason = e.getMessage();
            LOG.warn("flows are shown without their processes: {}", reason);
        }
    }

    boolean isOn() {
        return processes != null;
    }

    ProcessState state() {
        return new ProcessState(
                state,
                state.equals("on") ? reach() : reason,
                older == null ? 0 : older.found(),
                flows.processFigures());
    }

    List<ProgramInfo> programs() {
        return processes == null ? List.of() : processes.programs();
    }

    @Override
    public void close() {
        if (older != null) {
            older.close();
        }
        if (processes != null) {
            processes.close();
        }
    }
}
