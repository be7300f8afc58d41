package dev.weir.controller.api.metrics;

import dev.weir.controller.dns.DnsFigures;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.controller.flow.ContainerStats.Quantiles;
import dev.weir.controller.flow.ContainerStats.Traffic;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;

/** What each container sent, got and was denied. */
public final class EndpointMetrics {
    /** At most, with every reason to drop in both directions, every DNS code and all summaries. */
    static final int SERIES = 115;

    private static final double NANOS = 1e-9;

    private EndpointMetrics() {}

    /** Adds one container's figures. */
    public static void add(final Families families, final ContainerStats stats) {
        final Labels own =
                Labels.of(
                        "endpoint", stats.endpoint(),
                        "namespace", stats.namespace(),
                        "pod", stats.pod(),
                        "container", stats.containerId());
        traffic(families, own, "ingress", stats.ingress(), stats);
        traffic(families, own, "egress", stats.egress(), stats);
        families.gauge("weir_endpoint_flows", "Flows that are open now.", own, stats.activeFlows());
        families.counter(
                "weir_endpoint_flows_created",
                "Flows that the kernel began to count.",
                own,
                stats.flowsCreated());
        families.counter(
                "weir_endpoint_flows_evicted",
                "Flows handed to user space to make room for others.",
                own,
                stats.flowsEvicted());
        families.counter(
                "weir_endpoint_overflow_packets",
                "Packets that are in the totals but in no flow.",
                own,
                stats.overflow().packets());
        families.counter(
                "weir_endpoint_overflow_bytes",
                "Bytes that are in the totals but in no flow.",
                own,
                stats.overflow().bytes());
        tcp(families, own, stats.tcp());
        if (stats.dns() != null) {
            dns(families, own, stats.dns());
        }
    }

    private static void traffic(
            final Families families,
            final Labels own,
            final String direction,
            final Traffic traffic,
            final ContainerStats stats) {
        final Map<String, Count> byVerdict =
                Map.of(
                        "allowed", traffic.allowed(),
                        "denied", traffic.denied(),
                        "audit", traffic.audit());
        byVerdict.forEach(
                (verdict, count) -> {
                    final Labels labels =
                            own.merge(Labels.of("direction", direction, "verdict", verdict));
                    families.counter(
                            "weir_endpoint_packets",
                            "Packets by direction as seen from the container, and verdict.",
                            labels,
                            count.packets());
                    families.counter(
                            "weir_endpoint_bytes",
                            "Bytes with the Ethernet header, by direction and verdict.",
                            labels,
                            count.bytes());
                });
        traffic.byReason()
                .forEach(
                        (reason, count) -> {
                            if (stats.drops().containsKey(reason)) {
                                drop(families, own, direction, reason, count);
                            }
                        });
    }

    private static void drop(
            final Families families,
            final Labels own,
            final String direction,
            final String reason,
            final Count count) {
        final Labels labels = own.merge(Labels.of("direction", direction, "reason", reason));
        families.counter(
                "weir_endpoint_drop_packets",
                "Dropped packets by direction and reason.",
                labels,
                count.packets());
        families.counter(
                "weir_endpoint_drop_bytes",
                "Dropped bytes by direction and reason.",
                labels,
                count.bytes());
    }

    private static void tcp(
            final Families families, final Labels own, final ContainerStats.Connections tcp) {
        families.counter(
                "weir_endpoint_tcp_opened", "TCP connections begun by SYN.", own, tcp.opened());
        families.counter(
                "weir_endpoint_tcp_failed",
                "TCP connections refused, or cut before they were established.",
                own,
                tcp.failed());
        handshake(families, own, "total", tcp.handshake());
        handshake(families, own, "network", tcp.handshakeNetwork());
        handshake(families, own, "container", tcp.handshakeContainer());
    }

    private static void dns(final Families families, final Labels own, final DnsFigures dns) {
        families.counter(
                "weir_endpoint_dns_queries",
                "DNS queries over UDP, repeated ones too.",
                own,
                dns.queries());
        families.counter(
                "weir_endpoint_dns_unanswered",
                "DNS queries that nothing came for in ten seconds.",
                own,
                dns.unanswered());
        families.counter(
                "weir_endpoint_dns_lost",
                "DNS messages that came too fast to be read.",
                own,
                dns.lost());
        dns.answers()
                .forEach(
                        (code, count) ->
                                families.counter(
                                        "weir_endpoint_dns_answers",
                                        "Answers to DNS queries by response code.",
                                        own.merge(Labels.of("code", code)),
                                        count));
        if (dns.latency() != null) {
            families.summary(
                    "weir_endpoint_dns_seconds",
                    "From a DNS query to its answer, at the veth.",
                    own,
                    dns.latency().count(),
                    Map.of(
                            0.5, dns.latency().p50() * NANOS,
                            0.9, dns.latency().p90() * NANOS,
                            0.99, dns.latency().p99() * NANOS));
        }
    }

    private static void handshake(
            final Families families, final Labels own, final String share, final Quantiles times) {
        if (times != null && times.count() > 0) {
            families.summary(
                    "weir_endpoint_tcp_handshake_seconds",
                    "SYN to ACK: all of it, the network's share, the container's share.",
                    own.merge(Labels.of("share", share)),
                    times.count(),
                    Map.of(
                            0.5, times.p50() * NANOS,
                            0.9, times.p90() * NANOS,
                            0.99, times.p99() * NANOS));
        }
    }
}
