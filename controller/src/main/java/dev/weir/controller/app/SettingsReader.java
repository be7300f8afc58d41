package dev.weir.controller.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.controller.redirect.RedirectMode;
import dev.weir.controller.shield.ShieldMode;
import dev.weir.controller.shield.ShieldSettings;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Settings file and flags to {@link AgentSettings}; finds all problems before it gives up. */
final class SettingsReader {
    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .build();
    private static final Map<String, Setting> BY_KEY =
            Stream.of(Setting.values()).collect(Collectors.toMap(Setting::key, each -> each));

    private final List<String> problems = new ArrayList<>();
    private final Map<Setting, Object> values = new EnumMap<>(Setting.class);

    /**
     * Reads all of it.
     *
     * @param source name of the file, for messages
     * @param yaml text of the file; may be empty
     * @param flags what the command line says instead
     * @throws SettingsException with every problem
     */
    AgentSettings read(final String source, final String yaml, final Map<Setting, String> flags) {
        for (final Setting setting : Setting.values()) {
            values.put(setting, setting.type().parse().apply(setting.byDefault()));
        }
        walk(source, "", tree(source, yaml));
        flags.forEach((setting, text) -> take(setting.flag(), setting, text));
        checkTogether();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings();
    }

    private JsonNode tree(final String source, final String yaml) {
        try {
            final JsonNode tree = YAML.readTree(yaml);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return MissingNode.getInstance();
            }
            if (!tree.isObject()) {
                problems.add(source + ": " + tree.getNodeType() + " (expected: key: value lines)");
                return MissingNode.getInstance();
            }
            return tree;
        } catch (final JsonProcessingException e) {
            final String where =
                    e.getLocation() == null ? "" : " line " + e.getLocation().getLineNr();
            problems.add(source + where + ": " + e.getOriginalMessage() + " (expected: YAML)");
            return MissingNode.getInstance();
        }
    }

    private void walk(final String source, final String prefix, final JsonNode node) {
        node.properties()
                .forEach(
                        entry -> {
                            final String key = prefix + entry.getKey();
                            final JsonNode value = entry.getValue();
                            final Setting setting = BY_KEY.get(key);
                            final String name = source + ": " + key;
                            if (setting != null && isText(setting, value)) {
                                take(name, setting, text(setting, value));
                            } else if (setting != null) {
                                wrong(name, value.toString(), setting);
                            } else if (!isSection(key)) {
                                problems.add(
                                        name
                                                + ": unknown key (expected: "
                                                + keysUnder(prefix)
                                                + ")");
                            } else if (value.isObject()) {
                                walk(source, key + ".", value);
                            } else if (!value.isNull()) {
                                problems.add(
                                        name
                                                + ": "
                                                + value
                                                + " (expected: "
                                                + keysUnder(key + ".")
                                                + ")");
                            }
                        });
    }

    /** As it stands in the file; YAML 1.1 reads off as false. */
    private static String text(final Setting setting, final JsonNode value) {
        if (value.isBoolean() && (setting == Setting.XDP || setting == Setting.LOCAL_REDIRECT)) {
            return value.asBoolean() ? "on" : "off";
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(","));
        }
        return value.isNull() ? "" : value.asText();
    }

    private static boolean isText(final Setting setting, final JsonNode value) {
        return value.isValueNode()
                || (value.isArray()
                        && setting.type() == SettingType.PATHS
                        && StreamSupport.stream(value.spliterator(), false)
                                .allMatch(JsonNode::isTextual));
    }

    private static boolean isSection(final String key) {
        return BY_KEY.keySet().stream().anyMatch(each -> each.startsWith(key + "."));
    }

    /** The keys that may stand directly under a section. */
    private static String keysUnder(final String prefix) {
        return BY_KEY.keySet().stream()
                .filter(each -> each.startsWith(prefix))
                .map(each -> each.substring(prefix.length()).split("\\.")[0])
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }

    private void take(final String name, final Setting setting, final String text) {
        try {
            values.put(setting, setting.type().parse().apply(text));
        } catch (final IllegalArgumentException e) {
            wrong(name, text, setting);
        }
    }

    private void wrong(final String name, final String text, final Setting setting) {
        problems.add(name + ": " + text + " (expected: " + setting.type().expected() + ")");
    }

    /** What no single setting can say. */
    private void checkTogether() {
        for (final Setting path : List.of(Setting.SOCKET, Setting.STATE_DIR, Setting.BPFFS)) {
            if (values.get(path).toString().isEmpty()) {
                wrong(path.key(), "\"\"", path);
            }
        }
        final String socket = values.get(Setting.SOCKET).toString();
        if (socket.getBytes(StandardCharsets.UTF_8).length > 100) {
            problems.add("socket: " + socket + " (expected: at most 100 bytes, unix(7))");
        }
        if (number(Setting.TABLE_FLOWS) != TableSizes.AUTO) {
            powerOfTwo(Setting.TABLE_FLOWS, number(Setting.TABLE_FLOWS));
        }
        powerOfTwo(Setting.TABLE_CONNTRACK, number(Setting.TABLE_CONNTRACK));
        powerOfTwo(Setting.TABLE_DENIED, number(Setting.TABLE_DENIED));
        atLeast(Setting.XDP_INTERVAL, 10);
        atLeast(Setting.FLOW_SWEEP, 10);
        atLeast(Setting.FLOW_REPORT, 100);
        atLeast(Setting.BUDGET_CALM, 1_000);
        new ExportSettingsReader(values).check(problems);
        if ((Long) values.get(Setting.FLOW_HISTORY) < 1 << 20) {
            problems.add(
                    Setting.FLOW_HISTORY.key()
                            + ": "
                            + values.get(Setting.FLOW_HISTORY)
                            + " (expected: at least 1MiB)");
        }
        powerOfTwo(Setting.TABLE_EVENTS, (Long) values.get(Setting.TABLE_EVENTS));
        if ((Long) values.get(Setting.TABLE_EVENTS) < 65_536
                || (Long) values.get(Setting.TABLE_EVENTS) > 1 << 29) {
            problems.add(
                    Setting.TABLE_EVENTS.key()
                            + ": "
                            + values.get(Setting.TABLE_EVENTS)
                            + " (expected: 64KiB to 512MiB)");
        }
        if ((Long) values.get(Setting.BODY_LIMIT) > 1 << 30) {
            problems.add(
                    Setting.BODY_LIMIT.key()
                            + ": "
                            + values.get(Setting.BODY_LIMIT)
                            + " (expected: at most 1GiB)");
        }
    }

    private void atLeast(final Setting setting, final long millis) {
        if (millis(setting) < millis) {
            problems.add(
                    setting.key()
                            + ": "
                            + millis(setting)
                            + "ms (expected: at least "
                            + millis
                            + "ms)");
        }
    }

    private void powerOfTwo(final Setting setting, final long value) {
        if (Long.bitCount(value) != 1) {
            problems.add(setting.key() + ": " + value + " (expected: a power of two)");
        }
    }

    private AgentSettings settings() {
        return new AgentSettings(
                (Path) values.get(Setting.SOCKET),
                (Path) values.get(Setting.STATE_DIR),
                (Path) values.get(Setting.BPFFS),
                nodeName(),
                AttachMode.valueOf(values.get(Setting.ATTACH).toString().toUpperCase(Locale.ROOT)),
                "all-veths".equals(values.get(Setting.ATTACH_TO)),
                GraceMode.valueOf(
                        values.get(Setting.GRACE_PERIODS).toString().toUpperCase(Locale.ROOT)),
                "policy".equals(values.get(Setting.HOST_TRAFFIC)),
                RedirectMode.parse((String) values.get(Setting.LOCAL_REDIRECT)),
                listen(),
                new AgentSettings.Rest(
                        bytes(Setting.BODY_LIMIT),
                        (Duration) values.get(Setting.REQUEST_TIMEOUT),
                        (Duration) values.get(Setting.ANSWER_TIMEOUT),
                        (Duration) values.get(Setting.IDLE_TIMEOUT)),
                paths(Setting.CNI_CONFLISTS),
                new ShieldSettings(
                        ShieldMode.parse((String) values.get(Setting.XDP)),
                        number(Setting.XDP_THRESHOLD),
                        millis(Setting.XDP_CALM),
                        millis(Setting.XDP_INTERVAL)),
                tables(),
                timeouts(),
                new AgentSettings.Flows(
                        (Duration) values.get(Setting.FLOW_SWEEP),
                        (Duration) values.get(Setting.FLOW_REPORT),
                        (Long) values.get(Setting.FLOW_HISTORY),
                        "true".equals(values.get(Setting.FLOW_DNS)),
                        "true".equals(values.get(Setting.FLOW_PROCESSES))),
                new AgentSettings.Metrics(
                        "container".equals(values.get(Setting.METRICS_LEVEL)),
                        number(Setting.METRICS_SERIES)),
                new ExportSettingsReader(values).read(),
                new AgentSettings.Costs(
                        "true".equals(values.get(Setting.COSTS_PROGRAMS)),
                        number(Setting.BUDGET_CPU),
                        (Long) values.get(Setting.BUDGET_MEMORY),
                        (Duration) values.get(Setting.BUDGET_CALM)));
    }

    private String nodeName() {
        final String name = (String) values.get(Setting.NODE_NAME);
        if (!name.isEmpty()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final UnknownHostException e) {
            return "localhost";
        }
    }

    private AgentSettings.Listen listen() {
        final Object address = values.get(Setting.LISTEN);
        return new AgentSettings.Listen(
                address instanceof InetSocketAddress some ? Optional.of(some) : Optional.empty(),
                file(Setting.TLS_CERT),
                file(Setting.TLS_KEY),
                file(Setting.TOKEN_FILE));
    }

    private Optional<Path> file(final Setting setting) {
        final Path path = (Path) values.get(setting);
        return path.toString().isEmpty() ? Optional.empty() : Optional.of(path);
    }

    private List<Path> paths(final Setting setting) {
        return ((List<?>) values.get(setting)).stream().map(Path.class::cast).toList();
    }

    private TableSizes tables() {
        return new TableSizes(
                number(Setting.TABLE_FLOWS),
                number(Setting.TABLE_CONNTRACK),
                number(Setting.TABLE_FRAGMENTS),
                number(Setting.TABLE_ENDPOINTS),
                number(Setting.TABLE_PEERS),
                number(Setting.TABLE_CIDRS),
                number(Setting.TABLE_POLICY),
                number(Setting.TABLE_RULES),
                number(Setting.TABLE_DENIED),
                bytes(Setting.TABLE_EVENTS));
    }

    private Timeouts timeouts() {
        return new Timeouts(
                millis(Setting.TCP_SYN),
                millis(Setting.TCP_ESTABLISHED),
                millis(Setting.TCP_CLOSING),
                millis(Setting.UDP),
                millis(Setting.UDP_REPLIED),
                millis(Setting.ICMP),
                millis(Setting.OTHER),
                Timeouts.defaults().refresh());
    }

    private int number(final Setting setting) {
        return (Integer) values.get(setting);
    }

    private int bytes(final Setting setting) {
        return Math.toIntExact((Long) values.get(setting));
    }

    private long millis(final Setting setting) {
        return ((Duration) values.get(setting)).toMillis();
    }
}
