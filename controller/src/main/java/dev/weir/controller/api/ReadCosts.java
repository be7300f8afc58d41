package dev.weir.controller.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.ApiException;
import dev.weir.controller.api.http.Handler;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.api.http.Request;
import dev.weir.controller.api.http.Response;
import dev.weir.controller.cost.MemoryUse;
import dev.weir.controller.cost.ProcessUsage;
import dev.weir.controller.cost.RoleUsage;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.table.TableUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code GET /v1/costs?seconds=2}: lets the kernel measure programs for so long, and answers what
 * everything cost meanwhile. A program serves all containers, so what one of them costs is an
 * estimate: its share of the packets.
 */
record ReadCosts(ApiServices services) implements Handler {
    private static final int LONGEST_SECONDS = 10;
    private static final double NANOS = 1e-9;

    /** What was read at one time. */
    private record Reading(
            long nanos,
            List<ProgramInfo> programs,
            List<ContainerStats> containers,
            ProcessUsage process,
            List<RoleUsage> roles) {}

    @Override
    public CompletableFuture<Response> handle(final Request request) {
        final int seconds = seconds(request);
        final AutoCloseable measuring;
        try {
            measuring = services.costs().measure();
        } catch (final BpfException e) {
            throw ApiException.of(
                    503,
                    "ServiceUnavailable",
                    "the kernel does not measure: " + e.getMessage(),
                    null);
        }
        final Reading before = read();
        return CompletableFuture.supplyAsync(
                        this::read, CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS))
                .whenComplete((reading, problem) -> close(measuring))
                .thenApply(after -> Response.json(answer(before, after)));
    }

    private static int seconds(final Request request) {
        final String text = request.query("seconds").orElse("1");
        try {
            final int seconds = Integer.parseInt(text);
            if (seconds >= 1 && seconds <= LONGEST_SECONDS) {
                return seconds;
            }
        } catch (final NumberFormatException e) {
            // said below
        }
        throw ApiException.badRequest(
                "query seconds: " + text + " (expected: 1 to " + LONGEST_SECONDS + ")");
    }

    private static void close(final AutoCloseable measuring) {
        try {
            measuring.close();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Reading read() {
        final List<ContainerStats> containers = services.containers().read();
        return new Reading(
                System.nanoTime(),
                services.status().read().programs(),
                containers,
                ProcessUsage.read(),
                RoleUsage.read());
    }

    private ObjectNode answer(final Reading before, final Reading after) {
        final double seconds = (after.nanos() - before.nanos()) * NANOS;
        final ObjectNode body = Json.object().put("seconds", seconds);
        final double programs = programs(body.putArray("programs"), before, after, seconds);
        body.put("programsCpuCores", programs);
        body.put(
                "agentCpuCores",
                (after.process().cpu().toNanos() - before.process().cpu().toNanos())
                        * NANOS
                        / seconds);
        roles(body.putArray("roles"), before, after, seconds);
        final ObjectNode memory = body.putObject("memory");
        memory.put("residentBytes", after.process().residentBytes());
        MemoryUse.read().forEach(memory::put);
        memory.put(
                "tables",
                services.status().read().tables().stream().mapToLong(TableUsage::bytes).sum());
        containers(body.putArray("containers"), before, after, seconds, programs);
        return body;
    }

    private static double programs(
            final ArrayNode node, final Reading before, final Reading after, final double seconds) {
        final Map<Integer, ProgramInfo> earlier =
                before.programs().stream()
                        .collect(Collectors.toMap(ProgramInfo::id, Function.identity()));
        double cores = 0;
        for (final ProgramInfo now : after.programs()) {
            final ProgramInfo then = earlier.get(now.id());
            if (then == null) {
                continue;
            }
            final long runs = now.runs() - then.runs();
            final long nanos = now.runNanos() - then.runNanos();
            final ObjectNode one =
                    node.addObject()
                            .put("name", now.name())
                            .put("runs", runs)
                            .put("runNanos", nanos)
                            .put("cpuCores", nanos * NANOS / seconds);
            if (runs > 0) {
                one.put("nanosPerRun", (double) nanos / runs);
            }
            cores += nanos * NANOS / seconds;
        }
        return cores;
    }

    private static void roles(
            final ArrayNode node, final Reading before, final Reading after, final double seconds) {
        final Map<String, Double> earlier = new HashMap<>();
        before.roles().forEach(role -> earlier.put(role.role(), role.cpuSeconds()));
        for (final RoleUsage now : after.roles()) {
            final double spent = now.cpuSeconds() - earlier.getOrDefault(now.role(), 0.0);
            node.addObject()
                    .put("role", now.role())
                    .put("threads", now.threads())
                    .put("cpuSeconds", now.cpuSeconds())
                    .put("cpuCores", Math.max(0, spent) / seconds);
        }
    }

    private static void containers(
            final ArrayNode node,
            final Reading before,
            final Reading after,
            final double seconds,
            final double cores) {
        final Map<String, Long> earlier = new HashMap<>();
        before.containers().forEach(each -> earlier.put(each.endpoint(), packets(each)));
        final Map<String, Long> moved = new HashMap<>();
        long all = 0;
        for (final ContainerStats each : after.containers()) {
            final Long then = earlier.get(each.endpoint());
            if (then != null) {
                moved.put(each.endpoint(), packets(each) - then);
                all += packets(each) - then;
            }
        }
        for (final ContainerStats each : after.containers()) {
            final Long packets = moved.get(each.endpoint());
            if (packets != null && packets > 0) {
                node.addObject()
                        .put("endpoint", each.endpoint())
                        .put("namespace", each.namespace())
                        .put("pod", each.pod())
                        .put("packetsPerSecond", packets / seconds)
                        .put("estimatedCpuCores", cores * packets / all);
            }
        }
    }

    private static long packets(final ContainerStats stats) {
        return packets(stats.ingress()) + packets(stats.egress());
    }

    private static long packets(final ContainerStats.Traffic traffic) {
        return traffic.allowed().packets() + traffic.denied().packets() + traffic.audit().packets();
    }
}
