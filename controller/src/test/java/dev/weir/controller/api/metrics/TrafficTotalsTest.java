package dev.weir.controller.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.dns.DnsFigures;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.ContainerStats;
import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.controller.flow.ContainerStats.Traffic;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.table.RuleCounters;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TrafficTotalsTest {
    private final UnsafeBuffer rules = new UnsafeBuffer(ByteBuffer.allocateDirect(16 * 20_000));
    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<ContainerStats> stats = new ArrayList<>();
    private final List<RuleRef> refs = new ArrayList<>();
    private TrafficTotals totals = totals(1_000, false);

    private TrafficTotals totals(final int series, final boolean byContainer) {
        return new TrafficTotals(
                series, byContainer, new RuleCounters(new AtomicBuffer[] {rules}, 20_000));
    }

    /** Of what is shown: samples by name and labels. */
    private Map<String, Double> scrape() throws IOException {
        final Families families = new Families();
        totals.show(families, stats, endpoints, refs);
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, families.snapshots());
        final Map<String, Double> samples = new TreeMap<>();
        text.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(
                        line ->
                                samples.put(
                                        line.substring(0, line.lastIndexOf(' ')),
                                        Double.valueOf(line.substring(line.lastIndexOf(' ')))));
        return samples;
    }

    private static Endpoint endpoint(final int number, final String pod, final String app) {
        return new Endpoint(
                "e" + number,
                number,
                "c" + number,
                "net",
                "shop",
                pod,
                app.isEmpty() ? Map.of() : Map.of("app", app),
                List.of(),
                1_000,
                List.of(),
                null,
                "eth0",
                "veth" + number,
                number,
                "",
                0,
                0,
                List.of(),
                null,
                1);
    }

    private static ContainerStats stats(final int number, final long allowed, final long denied) {
        return stats(number, allowed, denied, null);
    }

    private static ContainerStats stats(
            final int number, final long allowed, final long denied, final DnsFigures dns) {
        final Traffic traffic =
                new Traffic(
                        new Count(allowed, 100 * allowed),
                        new Count(denied, 60 * denied),
                        new Count(0, 0),
                        Map.of("no-rule", new Count(denied, 60 * denied)),
                        null);
        return new ContainerStats(
                number,
                "e" + number,
                "c" + number,
                "shop",
                "pod" + number,
                traffic,
                traffic,
                Map.of("no-rule", new Count(2 * denied, 120 * denied)),
                List.of(),
                new Count(0, 0),
                new Count(0, 0),
                3,
                5,
                0,
                new ContainerStats.Connections(4, 1, null, null, null, null, 0, 0, 0, 0),
                dns);
    }

    private void show(final int number, final long allowed, final long denied) {
        endpoints.add(endpoint(number, "pod" + number, "web"));
        stats.add(stats(number, allowed, denied));
    }

    private static String packets(final String workload) {
        return "weir_flow_packets_total{direction=\"ingress\",namespace=\"shop\",verdict=\"allowed\","
                + "workload=\""
                + workload
                + "\"}";
    }

    private static DnsFigures dns(final long queries, final Map<String, Long> answers) {
        return new DnsFigures(
                queries,
                answers,
                queries - answers.values().stream().mapToLong(Long::longValue).sum(),
                0,
                0,
                0,
                1,
                0,
                0,
                new DnsFigures.Latency(3, 2_000_000_000L, 1, 1, 1, 1, 1));
    }

    private static String dnsSample(final String name, final String code) {
        return "weir_dns_"
                + name
                + "_total{"
                + (code.isEmpty() ? "" : "code=\"" + code + "\",")
                + "namespace=\"shop\",workload=\"web\"}";
    }

    @Test
    void shouldSumDnsOfAWorkloadByCodeAndSayNothingOfOneThatNeverAsked() throws IOException {
        show(1, 10, 0);
        show(2, 10, 0);
        assertThat(scrape().keySet()).noneMatch(name -> name.startsWith("weir_dns"));

        stats.set(0, stats(1, 10, 0, dns(5, Map.of("NOERROR", 3L, "NXDOMAIN", 1L))));
        stats.set(1, stats(2, 10, 0, dns(2, Map.of("NOERROR", 2L))));
        scrape();
        stats.set(1, stats(2, 10, 0, dns(4, Map.of("NOERROR", 3L))));

        assertThat(scrape())
                .containsEntry(dnsSample("queries", ""), 9.0)
                .containsEntry(dnsSample("unanswered", ""), 2.0)
                .containsEntry(dnsSample("lost", ""), 2.0)
                .containsEntry(dnsSample("answer_seconds", ""), 4.0)
                .containsEntry(dnsSample("answers", "NOERROR"), 6.0)
                .containsEntry(dnsSample("answers", "NXDOMAIN"), 1.0);
    }

    @Test
    void shouldSumContainersOfAWorkloadAndForgetNothingOfOneThatGoes() throws IOException {
        show(1, 10, 2);
        show(2, 20, 0);
        assertThat(scrape())
                .containsEntry(packets("web"), 30.0)
                .containsEntry(
                        "weir_drop_packets_total{direction=\"egress\",namespace=\"shop\","
                                + "reason=\"no-rule\",workload=\"web\"}",
                        2.0)
                .containsEntry("weir_workload_containers{namespace=\"shop\",workload=\"web\"}", 2.0)
                .containsEntry("weir_flows_active{namespace=\"shop\",workload=\"web\"}", 6.0)
                .doesNotContainKey("weir_endpoint_flows");

        totals.detached(stats(1, 15, 2));
        endpoints.remove(0);
        stats.remove(0);

        assertThat(scrape())
                .containsEntry(packets("web"), 35.0)
                .containsEntry(
                        "weir_workload_containers{namespace=\"shop\",workload=\"web\"}", 1.0);
    }

    @Test
    void shouldNotTellAgainWhatAnEarlierAgentCounted() throws IOException {
        totals.attached(endpoint(1, "pod1", "web"), true);
        show(1, 1_000, 0);
        assertThat(scrape()).containsEntry(packets("web"), 0.0);

        stats.set(0, stats(1, 1_007, 0));

        assertThat(scrape()).containsEntry(packets("web"), 7.0);
    }

    @Test
    void shouldKeepToTheBudgetWithTenThousandWorkloadsAndLoseNoPacket() throws IOException {
        for (int number = 1; number <= 10_000; number++) {
            endpoints.add(endpoint(number, "pod" + number, "app" + number));
            stats.add(stats(number, 10, 1));
        }

        final Map<String, Double> samples = scrape();

        final long told =
                samples.keySet().stream().filter(key -> key.contains("workload=\"app")).count();
        assertThat(told).isBetween(900L, 1_000L);
        assertThat(samples.get("weir_metrics_series")).isBetween(900.0, 1_000.0);
        assertThat(samples.get("weir_metrics_folded{what=\"workload\"}")).isGreaterThan(9_900);
        assertThat(
                        samples.entrySet().stream()
                                .filter(each -> each.getKey().startsWith("weir_flow_packets"))
                                .mapToDouble(Map.Entry::getValue)
                                .sum())
                .isEqualTo(10_000 * 22.0);
    }

    @Test
    void shouldNeverGoBackInTheSumOfOthers() throws IOException {
        totals = totals(200, false);
        for (int number = 1; number <= 100; number++) {
            endpoints.add(endpoint(number, "pod" + number, "app" + number));
            stats.add(stats(number, 10, 0));
        }
        final String others =
                "weir_flow_packets_total{direction=\"ingress\",namespace=\"other\","
                        + "verdict=\"allowed\",workload=\"other\"}";
        final double before = scrape().get(others);
        totals.detached(stats(100, 10, 0));
        endpoints.remove(99);
        stats.remove(99);

        assertThat(scrape()).containsEntry(others, before);
    }

    @Test
    void shouldRemoveTheSeriesOfAGoneContainerAndGiveItsRoomAway() throws IOException {
        totals = totals(150, true);
        show(1, 10, 0);
        assertThat(scrape().keySet()).anyMatch(key -> key.contains("endpoint=\"e1\""));
        totals.detached(stats(1, 10, 0));
        endpoints.clear();
        stats.clear();
        show(2, 1, 0);

        final Map<String, Double> samples = scrape();

        assertThat(samples.keySet()).noneMatch(key -> key.contains("endpoint=\"e1\""));
        assertThat(samples.keySet()).anyMatch(key -> key.contains("endpoint=\"e2\""));
    }

    @Test
    void shouldSumRulesBeyondTheBudgetAndLeaveAllOutWhenShed() throws IOException {
        totals = totals(200, false);
        for (int rule = 1; rule <= 500; rule++) {
            refs.add(
                    new RuleRef(
                            rule,
                            "NetworkPolicy",
                            "shop",
                            "p",
                            Direction.INGRESS,
                            rule,
                            "r" + rule,
                            ""));
        }
        scrape();
        for (int rule = 1; rule <= 500; rule++) {
            rules.putLong(rule * 16, 3);
        }
        final Map<String, Double> samples = scrape();
        assertThat(
                        samples.entrySet().stream()
                                .filter(each -> each.getKey().startsWith("weir_rule_packets"))
                                .mapToDouble(Map.Entry::getValue)
                                .sum())
                .isEqualTo(1_500);
        assertThat(samples.keySet().stream().filter(key -> key.startsWith("weir_rule_packets")))
                .hasSizeLessThan(102);

        totals.shedRules(true);

        assertThat(scrape().keySet()).noneMatch(key -> key.startsWith("weir_rule_packets"));
    }

    @Test
    void shouldNameAWorkloadByItsLabelElseByItsPodsName() {
        assertThat(Workload.of(endpoint(1, "x", "web")).name()).isEqualTo("web");
        assertThat(name("web-7c5ddbdf54-x2x9z")).isEqualTo("web");
        assertThat(name("fluentd-lk7zv")).isEqualTo("fluentd");
        assertThat(name("db-0")).isEqualTo("db");
        assertThat(name("frontend")).isEqualTo("frontend");
        assertThat(name("c1")).as("a container id stays whole").isEqualTo("c1");
    }

    private static String name(final String pod) {
        return Workload.of(endpoint(1, pod, "")).name();
    }
}
