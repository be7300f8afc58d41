package dev.weir.controller.app;

import dev.weir.controller.api.ProcessState;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.Support;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.link.RootCgroup;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
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

    private volatile String state;
    private volatile String reason = "";

    private ProcessLookup(final Dataplane dataplane, final boolean wanted, final FlowSweep flows) {
        this.flows = flows;
        this.state = wanted ? "unavailable" : "off";
        this.processes = wanted ? load(dataplane) : null;
        if (processes != null) {
            state = "on";
            reason = reach();
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

    private static String reach() {
        return RootCgroup.isPartial()
                ? "only sockets of the agent's own cgroup namespace (expected: the host's)"
                : "";
    }

    /** Takes the programs out of the kernel, or puts them back. */
    void shed(final boolean off) {
        if (processes == null) {
            return;
        }
        try {
            processes.pause(off);
            state = off ? "shed" : "on";
            reason = off ? "over budget" : reach();
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
        return new ProcessState(state, reason, flows.processFigures());
    }

    List<ProgramInfo> programs() {
        return processes == null ? List.of() : processes.programs();
    }

    @Override
    public void close() {
        if (processes != null) {
            processes.close();
        }
    }
}
