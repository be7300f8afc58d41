package dev.weir.controller.api.metrics;

import dev.weir.controller.cost.BudgetState;
import dev.weir.controller.cost.MemoryUse;
import dev.weir.controller.cost.ProcessUsage;
import dev.weir.controller.cost.RoleUsage;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.TableUsage;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.List;

/** What the agent, its programs and its tables cost. */
public final class CostMetrics {
    private static final double NANOS = 1e-9;

    private CostMetrics() {}

    /** The process as a whole, and its threads by what they do. */
    public static void process(final Families families, final Instant started) {
        final ProcessUsage usage = ProcessUsage.read();
        families.counter(
                        "weir_process_cpu_seconds",
                        "CPU time of the agent.",
                        Labels.EMPTY,
                        usage.cpu().toNanos() * NANOS)
                .gauge(
                        "weir_process_resident_memory_bytes",
                        "Resident memory of the agent.",
                        Labels.EMPTY,
                        usage.residentBytes())
                .gauge(
                        "weir_process_heap_bytes",
                        "Java objects of the agent, garbage among them.",
                        Labels.EMPTY,
                        usage.heapBytes())
                .gauge(
                        "weir_process_threads",
                        "Threads of the agent.",
                        Labels.EMPTY,
                        usage.threads())
                .gauge(
                        "weir_process_open_fds",
                        "Open descriptors of the agent.",
                        Labels.EMPTY,
                        usage.openFiles())
                .gauge(
                        "weir_process_start_time_seconds",
                        "When the agent began, since 1970.",
                        Labels.EMPTY,
                        started.getEpochSecond());
        for (final RoleUsage role : RoleUsage.read()) {
            families.counter(
                    "weir_agent_cpu_seconds",
                    "CPU time of the agent's threads that live, by what they do.",
                    Labels.of("role", role.role()),
                    role.cpuSeconds());
        }
        MemoryUse.read()
                .forEach(
                        (kind, bytes) ->
                                families.gauge(
                                        "weir_agent_memory_bytes",
                                        "Memory that the JVM of the agent has, by kind.",
                                        Labels.of("kind", kind),
                                        bytes));
    }

    /** Time and runs, where the kernel measures them. */
    public static void programs(final Families families, final List<ProgramInfo> programs) {
        for (final ProgramInfo program : programs) {
            final Labels labels = Labels.of("program", program.name());
            families.counter(
                    "weir_bpf_program_runtime_seconds",
                    "Time the program ran while it was measured (setting costs.programs).",
                    labels,
                    program.runNanos() * NANOS);
            families.counter(
                    "weir_bpf_program_runs",
                    "How often the program ran while it was measured.",
                    labels,
                    program.runs());
        }
    }

    /** Fill and memory. */
    public static void tables(final Families families, final List<TableUsage> tables) {
        for (final TableUsage table : tables) {
            final Labels labels = Labels.of("table", table.name());
            if (table.entries() >= 0) {
                families.gauge(
                        "weir_table_entries", "Entries in the table.", labels, table.entries());
            }
            families.gauge(
                    "weir_table_capacity",
                    "Entries the table can hold; the ring buffer: bytes.",
                    labels,
                    table.capacity());
            families.gauge(
                    "weir_table_memory_bytes",
                    "Kernel memory of the table.",
                    labels,
                    table.bytes());
        }
    }

    /** The budget, and what is left undone. */
    public static void budget(final Families families, final BudgetState budget) {
        families.gauge(
                        "weir_budget_cpu_cores",
                        "CPU of the agent, mean of half a minute.",
                        Labels.EMPTY,
                        budget.cpuCores())
                .gauge(
                        "weir_budget_cpu_limit_cores",
                        "What it may take; 0: any.",
                        Labels.EMPTY,
                        budget.cpuLimitCores())
                .gauge(
                        "weir_budget_memory_limit_bytes",
                        "What it may take; 0: any.",
                        Labels.EMPTY,
                        budget.memoryLimitBytes())
                .counter(
                        "weir_budget_sheds",
                        "How often work was shed.",
                        Labels.EMPTY,
                        budget.changes());
        for (final String work : budget.optional()) {
            families.gauge(
                    "weir_work_shed",
                    "1 while the work is left undone to stay within the budget.",
                    Labels.of("work", work),
                    budget.shed().contains(work) ? 1 : 0);
        }
    }
}
