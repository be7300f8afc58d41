package dev.weir.controller.api.metrics;

import dev.weir.controller.flow.ContainerStats;
import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.controller.flow.ContainerStats.Traffic;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.TreeMap;

/** What the containers of one workload sent, got and were denied, those that are gone included. */
final class WorkloadSum {
    /** Without reasons: two directions by three verdicts, packets and bytes, and what is below. */
    static final int SERIES = 19;

    private static final int SERIES_A_REASON = 2;

    private final SeriesBudget budget;
    private final Map<String, long[]> byVerdict = new TreeMap<>();
    private final Map<String, long[]> byReason = new TreeMap<>();
    private long flowsStarted;
    private long flowsEvicted;
    private long overflowPackets;
    private long connects;
    private long failures;
    private final DnsSum dns;
    private int series = SERIES;

    /** Of containers that live; set anew at each reading. */
    long active;

    int containers;
    long emptySince = -1;

    /**
     * @param others the one that every workload without series of its own is in
     */
    WorkloadSum(final SeriesBudget budget, final boolean others) {
        this.budget = budget;
        this.dns = new DnsSum(budget, others);
        for (final String direction : new String[] {"ingress", "egress"}) {
            for (final String verdict : new String[] {"allowed", "denied", "audit"}) {
                byVerdict.put(direction + " " + verdict, new long[2]);
            }
        }
    }

    int series() {
        return series + dns.series();
    }

    /** What came since the last time; {@code before} is null the first time. */
    void add(final ContainerStats now, final ContainerStats before) {
        traffic("ingress", now.ingress(), before == null ? null : before.ingress(), now);
        traffic("egress", now.egress(), before == null ? null : before.egress(), now);
        flowsStarted += now.flowsCreated() - (before == null ? 0 : before.flowsCreated());
        flowsEvicted += now.flowsEvicted() - (before == null ? 0 : before.flowsEvicted());
        overflowPackets +=
                now.overflow().packets() - (before == null ? 0 : before.overflow().packets());
        connects += now.tcp().opened() - (before == null ? 0 : before.tcp().opened());
        failures += now.tcp().failed() - (before == null ? 0 : before.tcp().failed());
        dns.add(now.dns(), before == null ? null : before.dns());
    }

    private void traffic(
            final String direction,
            final Traffic now,
            final Traffic before,
            final ContainerStats stats) {
        add(
                byVerdict.get(direction + " allowed"),
                now.allowed(),
                before == null ? null : before.allowed());
        add(
                byVerdict.get(direction + " denied"),
                now.denied(),
                before == null ? null : before.denied());
        add(
                byVerdict.get(direction + " audit"),
                now.audit(),
                before == null ? null : before.audit());
        now.byReason()
                .forEach(
                        (reason, count) -> {
                            if (stats.drops().containsKey(reason)) {
                                add(
                                        reason(direction, reason),
                                        count,
                                        before == null ? null : before.byReason().get(reason));
                            }
                        });
    }

    /** Its own series while there is room, else the direction's others. */
    private long[] reason(final String direction, final String reason) {
        final String key = direction + " " + reason;
        final long[] known = byReason.get(key);
        if (known != null) {
            return known;
        }
        if (budget.take(SERIES_A_REASON)) {
            series += SERIES_A_REASON;
            return byReason.computeIfAbsent(key, each -> new long[2]);
        }
        return byReason.computeIfAbsent(direction + " other", each -> new long[2]);
    }

    private static void add(final long[] sum, final Count now, final Count before) {
        sum[0] += now.packets() - (before == null ? 0 : before.packets());
        sum[1] += now.bytes() - (before == null ? 0 : before.bytes());
    }

    void show(final Families families, final Labels own) {
        byVerdict.forEach(
                (key, sum) -> {
                    final Labels labels = own.merge(pair(key, "verdict"));
                    families.counter(
                            "weir_flow_packets",
                            "Packets by direction as seen from the container, and verdict.",
                            labels,
                            sum[0]);
                    families.counter(
                            "weir_flow_bytes",
                            "Bytes with the Ethernet header, by direction and verdict.",
                            labels,
                            sum[1]);
                });
        byReason.forEach(
                (key, sum) -> {
                    final Labels labels = own.merge(pair(key, "reason"));
                    families.counter(
                            "weir_drop_packets",
                            "Dropped packets by direction and reason.",
                            labels,
                            sum[0]);
                    families.counter(
                            "weir_drop_bytes",
                            "Dropped bytes by direction and reason.",
                            labels,
                            sum[1]);
                });
        families.gauge("weir_workload_containers", "Containers.", own, containers);
        families.gauge("weir_flows_active", "Flows that are open now.", own, active);
        families.counter(
                "weir_flows_started", "Flows that the kernel began to count.", own, flowsStarted);
        families.counter(
                "weir_flows_evicted",
                "Flows handed to user space to make room for others.",
                own,
                flowsEvicted);
        families.counter("weir_tcp_connects", "TCP connections begun by SYN.", own, connects);
        families.counter(
                "weir_tcp_connect_failures",
                "TCP connections refused, or cut before they were established.",
                own,
                failures);
        families.counter(
                "weir_workload_overflow_packets",
                "Packets that are in the totals but in no flow.",
                own,
                overflowPackets);
        dns.show(families, own);
    }

    private static Labels pair(final String key, final String second) {
        final int space = key.indexOf(' ');
        return Labels.of("direction", key.substring(0, space), second, key.substring(space + 1));
    }
}
