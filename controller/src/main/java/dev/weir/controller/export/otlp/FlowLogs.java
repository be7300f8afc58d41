package dev.weir.controller.export.otlp;

import dev.weir.controller.export.FlowReport;
import dev.weir.controller.export.Missing;
import dev.weir.controller.flow.FlowRecord;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.Verdict;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reports to log records, with the attribute names of OpenTelemetry where it has any. */
final class FlowLogs {
    private static final String EVENT = "weir.flow";

    private FlowLogs() {}

    static ExportLogsServiceRequest request(
            final Origin origin, final List<FlowReport> reports, final Instant now) {
        final ScopeLogs.Builder scope = ScopeLogs.newBuilder().setScope(scope(origin));
        reports.forEach(report -> scope.addLogRecords(log(report, now)));
        return wrap(origin, scope);
    }

    /** One record that says how many are missing. */
    static ExportLogsServiceRequest lost(
            final Origin origin, final Missing missing, final Instant now) {
        return wrap(
                origin,
                ScopeLogs.newBuilder()
                        .setScope(scope(origin))
                        .addLogRecords(
                                LogRecord.newBuilder()
                                        .setTimeUnixNano(Attributes.nanos(now))
                                        .setObservedTimeUnixNano(Attributes.nanos(now))
                                        .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR)
                                        .setSeverityText("ERROR")
                                        .setEventName("weir.flow.lost")
                                        .setBody(text(missing.records() + " records lost"))
                                        .addAllAttributes(
                                                new Attributes()
                                                        .put(
                                                                "weir.flow.lost.records",
                                                                missing.records())
                                                        .put(
                                                                "weir.flow.lost.packets",
                                                                missing.packets())
                                                        .put(
                                                                "weir.flow.lost.bytes",
                                                                missing.bytes())
                                                        .values())));
    }

    private static ExportLogsServiceRequest wrap(
            final Origin origin, final ScopeLogs.Builder scope) {
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        ResourceLogs.newBuilder()
                                .setResource(Attributes.resource(origin))
                                .addScopeLogs(scope))
                .build();
    }

    static InstrumentationScope scope(final Origin origin) {
        return InstrumentationScope.newBuilder()
                .setName("dev.weir")
                .setVersion(origin.version())
                .build();
    }

    private static LogRecord log(final FlowReport report, final Instant now) {
        final FlowRecord flow = report.flow();
        final boolean denied = flow.verdict() == Verdict.DENIED;
        return LogRecord.newBuilder()
                .setTimeUnixNano(Attributes.nanos(flow.time()))
                .setObservedTimeUnixNano(Attributes.nanos(now))
                .setSeverityNumber(
                        denied
                                ? SeverityNumber.SEVERITY_NUMBER_WARN
                                : SeverityNumber.SEVERITY_NUMBER_INFO)
                .setSeverityText(denied ? "WARN" : "INFO")
                .setEventName(EVENT)
                .setBody(text(line(flow)))
                .addAllAttributes(attributes(report))
                .build();
    }

    /** {@code default/client:41234 -> default/web:80 TCP allowed (policy)}. */
    private static String line(final FlowRecord flow) {
        return end(flow.source(), flow.ip().source(), flow.l4().sourcePort())
                + " -> "
                + end(flow.destination(), flow.ip().destination(), flow.l4().destinationPort())
                + " "
                + flow.l4().protocol()
                + " "
                + lower(flow.verdict())
                + " ("
                + flow.reason().text()
                + ")";
    }

    private static String end(
            final FlowRecord.Party party, final IpAddress address, final Integer port) {
        final String who =
                party.pod() != null
                        ? party.namespace() + "/" + party.pod()
                        : String.valueOf(address);
        return port == null ? who : who + ":" + port;
    }

    private static List<KeyValue> attributes(final FlowReport report) {
        final FlowRecord flow = report.flow();
        final Attributes all = new Attributes();
        all.put("network.transport", flow.l4().protocol().toLowerCase(Locale.ROOT))
                .put("network.type", flow.ip().version() == 6 ? "ipv6" : "ipv4")
                .put(
                        "network.io.direction",
                        flow.direction() == Direction.EGRESS ? "transmit" : "receive")
                .put("source.address", text(flow.ip().source()))
                .put("source.port", flow.l4().sourcePort())
                .put("destination.address", text(flow.ip().destination()))
                .put("destination.port", flow.l4().destinationPort());
        party(all, "source.", flow.source());
        party(all, "destination.", flow.destination());
        all.put("flow.community_id", flow.communityId())
                .put("weir.endpoint", flow.endpoint())
                .put("weir.verdict", lower(flow.verdict()))
                .put("weir.reason", flow.reason().text())
                .put("flow.end_reason", report.end().text())
                .put("flow.start", flow.start().toString())
                .put("flow.packets.delta", report.packets())
                .put("flow.bytes.delta", report.bytes())
                .put("flow.reverse.packets.delta", report.replyPackets())
                .put("flow.reverse.bytes.delta", report.replyBytes())
                .put("flow.packets.total", flow.packets())
                .put("flow.bytes.total", flow.bytes())
                .put("flow.reverse.packets.total", flow.replyPackets())
                .put("flow.reverse.bytes.total", flow.replyBytes());
        if (flow.tcp() != null) {
            all.put("flow.tcp.flags", String.join(",", flow.tcp().flags()))
                    .put("network.connection.state", flow.tcp().state())
                    .put("flow.tcp.handshake.nanos", flow.tcp().handshakeNanos());
        }
        if (flow.policy() != null) {
            for (final FlowRecord.PolicyMatch match : flow.policy()) {
                all.put("weir.policy.kind", match.kind())
                        .put("weir.policy.namespace", match.namespace())
                        .put("weir.policy.name", match.name())
                        .put("weir.policy.rule", match.rule());
                break;
            }
        }
        return all.values();
    }

    private static void party(
            final Attributes all, final String prefix, final FlowRecord.Party party) {
        all.put(prefix + "k8s.namespace.name", party.namespace())
                .put(prefix + "k8s.pod.name", party.pod())
                .put(prefix + "container.id", party.containerId())
                .put(prefix + "process.pid", party.process() == null ? null : party.process().pid())
                .put(
                        prefix + "process.executable.name",
                        party.process() == null ? null : party.process().comm())
                .put(prefix + "weir.entity", party.entity())
                .put(prefix + "weir.cidr", party.cidr());
        if (party.labels() != null) {
            for (final Map.Entry<String, String> label : party.labels().entrySet()) {
                all.put(prefix + "k8s.pod.label." + label.getKey(), label.getValue());
            }
        }
    }

    private static String text(final IpAddress address) {
        return address == null ? null : address.toString();
    }

    private static AnyValue text(final String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private static String lower(final Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
