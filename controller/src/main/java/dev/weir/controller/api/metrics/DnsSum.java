package dev.weir.controller.api.metrics;

import dev.weir.controller.dns.DnsFigures;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.TreeMap;

/** What the containers of one workload asked of DNS, those that are gone included. */
final class DnsSum {
    /** Without response codes; taken when the workload first asks. */
    private static final int SERIES = 4;

    private static final double NANOS = 1e-9;
    private static final String OTHER = "other";
    private static final DnsFigures NONE = new DnsFigures(0, Map.of(), 0, 0, 0, 0, 0, 0, 0, null);

    private final SeriesBudget budget;
    private final Map<String, Long> byCode = new TreeMap<>();
    private long queries;
    private long unanswered;
    private long lost;
    private long nanos;
    private boolean told;
    private int series;

    /**
     * @param always it is shown even if the budget has no series for it
     */
    DnsSum(final SeriesBudget budget, final boolean always) {
        this.budget = budget;
        this.told = always;
    }

    /** Taken of the budget. */
    int series() {
        return series;
    }

    /** What came since the last time; null for nothing. */
    void add(final DnsFigures latest, final DnsFigures last) {
        if (latest == null) {
            return;
        }
        if (!told && budget.take(SERIES)) {
            told = true;
            series = SERIES;
        }
        final DnsFigures before = last == null ? NONE : last;
        queries += latest.queries() - before.queries();
        unanswered += latest.unanswered() - before.unanswered();
        lost += latest.lost() - before.lost();
        nanos += nanos(latest) - nanos(before);
        latest.answers()
                .forEach(
                        (code, count) ->
                                byCode.merge(
                                        series(code),
                                        count - before.answers().getOrDefault(code, 0L),
                                        Long::sum));
    }

    private static long nanos(final DnsFigures figures) {
        return figures.latency() == null ? 0 : figures.latency().sum();
    }

    /** Its own while there is room, else the one of all others. */
    private String series(final String code) {
        if (byCode.containsKey(code)) {
            return code;
        }
        if (told && budget.take(1)) {
            series++;
            return code;
        }
        return OTHER;
    }

    /** Nothing for a workload that never asked, or for which there was no room. */
    void show(final Families families, final Labels own) {
        if (!told || queries + lost == 0) {
            return;
        }
        families.counter(
                "weir_dns_queries", "DNS queries over UDP, repeated ones too.", own, queries);
        families.counter(
                "weir_dns_unanswered",
                "DNS queries that nothing came for in ten seconds.",
                own,
                unanswered);
        families.counter("weir_dns_lost", "DNS messages that came too fast to be read.", own, lost);
        families.counter(
                "weir_dns_answer_seconds",
                "From DNS queries to their answers, summed; weir_dns_answers says over how many.",
                own,
                nanos * NANOS);
        byCode.forEach(
                (code, count) ->
                        families.counter(
                                "weir_dns_answers",
                                "Answers to DNS queries by response code.",
                                own.merge(Labels.of("code", code)),
                                count));
    }
}
