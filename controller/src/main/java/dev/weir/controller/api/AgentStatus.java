package dev.weir.controller.api;

import dev.weir.controller.conflist.KeptFile;
import dev.weir.controller.cost.BudgetState;
import dev.weir.controller.export.ExportStates;
import dev.weir.controller.store.StoreState;
import dev.weir.dataplane.feature.KernelFeatures;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.TableUsage;
import java.time.Instant;
import java.util.List;

/**
 * What only the agent as a whole knows of itself; the rest of {@code /v1/status} is put together
 * from the snapshot, the flow history, the shield and {@code /proc}.
 *
 * @param version of Weir
 * @param node name in flow records
 * @param kernel release as uname says it
 * @param started when this process began
 * @param attach {@code tcx} or {@code clsact}
 * @param grace whether waits for the kernel are expedited, and why not
 * @param xdp setting in force: {@code auto}, {@code native}, {@code generic} or {@code off}
 * @param takenOver true when the pinned tables of an earlier agent are in use
 * @param state of the state directory
 * @param features what the kernel can do, and why not where it cannot
 * @param tables fill and memory of each table
 * @param programs loaded
 * @param conflists CNI networks' files that are kept
 * @param exports where flows go, and what was lost on the way
 * @param budget what the agent may cost, and what it leaves undone
 * @param measured true while the kernel measures how long programs run
 * @param processes whether connections get their processes
 */
public record AgentStatus(
        String version,
        String node,
        String kernel,
        Instant started,
        String attach,
        GracePeriods.State grace,
        String xdp,
        boolean takenOver,
        StoreState state,
        KernelFeatures features,
        List<TableUsage> tables,
        List<ProgramInfo> programs,
        List<KeptFile> conflists,
        ExportStates exports,
        BudgetState budget,
        boolean measured,
        ProcessState processes) {
    public AgentStatus {
        tables = List.copyOf(tables);
        programs = List.copyOf(programs);
        conflists = List.copyOf(conflists);
    }
}
