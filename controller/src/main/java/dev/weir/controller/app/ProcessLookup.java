package dev.weir.controller.app;

import dev.weir.controller.api.ProcessState;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowSweep;
import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose processes connections are, as far as the settings want it and the kernel can tell. The
 * agent starts without it.
 */
final class ProcessLookup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessLookup.class);

    /** Eleven thousand connections; they are read five times a second or more. */
    private static final int RING_BYTES = 1 << 20;

    private final FlowSweep flows;

    /** Namespace cookie by endpoint number; of the applier's thread. */
    private final Map<Integer, Long> cookies = new HashMap<>();

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
            flows.watchProcesses(processes);
        }
    }

    /** Loads the programs where that is wanted and possible; call it before the sweep runs. */
    static ProcessLookup open(
            final Dataplane dataplane, final boolean wanted, final FlowSweep flows) {
        return new ProcessLookup(dataplane, wanted, flows);
    }

    private KernelProcesses load(final Dataplane dataplane) {
        for (final Feature needed : List.of(Feature.SOCKET_TRACEPOINTS, Feature.NETNS_COOKIE)) {
            if (!dataplane.features().has(needed)) {
                reason = dataplane.features().of(needed).reason();
                return null;
            }
        }
        try {
            return dataplane.processes(RING_BYTES);
        } catch (final BpfException | IllegalArgumentException | IllegalStateException e) {
            reason = e.getMessage();
            LOG.warn("connections are shown without their processes: {}", reason);
            return null;
        }
    }

    /** Its namespace is looked at from now on; again for the same endpoint is fine. */
    void attached(final Endpoint endpoint) {
        if (processes == null || endpoint.netnsCookie() == 0) {
            return;
        }
        final Long before = cookies.put(endpoint.number(), endpoint.netnsCookie());
        if (before != null && before == endpoint.netnsCookie()) {
            return;
        }
        if (before != null) {
            processes.release(before);
        }
        try {
            processes.guard(endpoint.netnsCookie());
        } catch (final BpfException e) {
            cookies.remove(endpoint.number());
            LOG.warn("endpoint {} is without processes: {}", endpoint.id(), e.getMessage());
        }
    }

    void detached(final int number) {
        final Long cookie = cookies.remove(number);
        if (cookie != null) {
            processes.release(cookie);
        }
    }

    /** Takes the programs out of the kernel, or puts them back. */
    void shed(final boolean off) {
        if (processes == null) {
            return;
        }
        try {
            processes.pause(off);
            state = off ? "shed" : "on";
            reason = off ? "over budget" : "";
        } catch (final BpfException e) {
            state = "unavailable";
            reason = e.getMessage();
            LOG.warn("connections are shown without their processes: {}", reason);
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
