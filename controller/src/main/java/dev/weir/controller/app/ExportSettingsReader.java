package dev.weir.controller.app;

import dev.weir.controller.export.ExportSettings;
import dev.weir.controller.export.ipfix.IpfixSettings;
import dev.weir.controller.export.jsonl.JsonLinesSettings;
import dev.weir.controller.export.otlp.OtlpSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The export section of settings that were already read one by one. */
record ExportSettingsReader(Map<Setting, Object> values) {
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

    /** What no single setting can say. */
    void check(final List<String> problems) {
        for (final Setting interval :
                List.of(
                        Setting.EXPORT_INTERVAL,
                        Setting.IPFIX_TEMPLATES,
                        Setting.OTLP_INTERVAL,
                        Setting.JSONL_AGE)) {
            if (duration(interval).compareTo(LEAST_INTERVAL) < 0) {
                problems.add(
                        interval.key()
                                + ": "
                                + duration(interval).toMillis()
                                + "ms (expected: at least 1s)");
            }
        }
        final Path file = (Path) values.get(Setting.JSONL_FILE);
        if (!file.toString().isEmpty() && file.getFileName() == null) {
            problems.add(Setting.JSONL_FILE.key() + ": " + file + " (expected: a file, no folder)");
        }
        if ((Long) values.get(Setting.JSONL_SIZE) < 1 << 20) {
            problems.add(
                    Setting.JSONL_SIZE.key()
                            + ": "
                            + values.get(Setting.JSONL_SIZE)
                            + " (expected: at least 1MiB)");
        }
        if (values.get(Setting.IPFIX_COLLECTOR) instanceof InetSocketAddress collector
                && collector.getPort() == 0) {
            problems.add(
                    Setting.IPFIX_COLLECTOR.key()
                            + ": port 0 (expected: the collector's port, as in 10.0.0.9:4739)");
        }
    }

    AgentSettings.Exports read() {
        return new AgentSettings.Exports(
                new ExportSettings(
                        duration(Setting.EXPORT_INTERVAL),
                        forgotten(),
                        number(Setting.EXPORT_FLOWS),
                        number(Setting.EXPORT_QUEUE)),
                jsonl(),
                ipfix(),
                otlp());
    }

    /** Past the longest timeout of a flow, nothing can come of it. */
    private Duration forgotten() {
        Duration longest = Duration.ZERO;
        for (final Setting setting : Setting.values()) {
            if (setting.key().startsWith("timeouts.") && duration(setting).compareTo(longest) > 0) {
                longest = duration(setting);
            }
        }
        return longest.multipliedBy(2).plus(duration(Setting.EXPORT_INTERVAL));
    }

    private Optional<JsonLinesSettings> jsonl() {
        final Path file = (Path) values.get(Setting.JSONL_FILE);
        if (file.toString().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new JsonLinesSettings(
                        file,
                        (Long) values.get(Setting.JSONL_SIZE),
                        duration(Setting.JSONL_AGE),
                        number(Setting.JSONL_FILES),
                        JsonLinesSettings.Sync.valueOf(
                                text(Setting.JSONL_SYNC).toUpperCase(Locale.ROOT))));
    }

    private Optional<IpfixSettings> ipfix() {
        if (!(values.get(Setting.IPFIX_COLLECTOR) instanceof InetSocketAddress collector)) {
            return Optional.empty();
        }
        return Optional.of(
                new IpfixSettings(
                        collector,
                        "tcp".equals(text(Setting.IPFIX_TRANSPORT)),
                        number(Setting.IPFIX_DOMAIN),
                        number(Setting.IPFIX_ENTERPRISE),
                        duration(Setting.IPFIX_TEMPLATES),
                        number(Setting.IPFIX_MESSAGE)));
    }

    private Optional<OtlpSettings> otlp() {
        if (!(values.get(Setting.OTLP_ENDPOINT) instanceof URI endpoint)) {
            return Optional.empty();
        }
        final Path headers = (Path) values.get(Setting.OTLP_HEADERS);
        return Optional.of(
                new OtlpSettings(
                        endpoint,
                        !"metrics".equals(text(Setting.OTLP_SIGNALS)),
                        !"logs".equals(text(Setting.OTLP_SIGNALS)),
                        duration(Setting.OTLP_INTERVAL),
                        duration(Setting.OTLP_TIMEOUT),
                        "gzip".equals(text(Setting.OTLP_COMPRESSION)),
                        headers.toString().isEmpty() ? Optional.empty() : Optional.of(headers)));
    }

    private Duration duration(final Setting setting) {
        return (Duration) values.get(setting);
    }

    private int number(final Setting setting) {
        return (Integer) values.get(setting);
    }

    private String text(final Setting setting) {
        return (String) values.get(setting);
    }
}
