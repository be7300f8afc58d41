package dev.weir.controller.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.compile.NamedPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One call of the plugin.
 *
 * @param command verb in capitals
 * @param containerId CNI_CONTAINERID
 * @param netns CNI_NETNS
 * @param ifname CNI_IFNAME
 * @param args CNI_ARGS, by key
 * @param config what came on stdin
 */
record CniRequest(
        String command,
        String containerId,
        String netns,
        String ifname,
        Map<String, String> args,
        ObjectNode config) {

    /**
     * Reads the plugin's message.
     *
     * @throws CniError 6 if it is none, 4 if CNI_ARGS is not {@code key=value;...}
     */
    static CniRequest of(final ObjectNode message) {
        if (!(message.path("config") instanceof ObjectNode config)) {
            throw new CniError(
                    CniError.DECODING_FAILURE,
                    "config: " + type(message.path("config")) + " (expected: an object)");
        }
        return new CniRequest(
                text(message, "command"),
                text(message, "containerId"),
                text(message, "netns"),
                text(message, "ifname"),
                args(text(message, "args")),
                config);
    }

    /** {@code cniVersion} of the configuration. */
    String version() {
        return config.path("cniVersion").asText("");
    }

    /** Name of the network. */
    String network() {
        return config.path("name").asText("");
    }

    /** K8S_POD_NAMESPACE, or default. */
    String namespace() {
        return args.getOrDefault("K8S_POD_NAMESPACE", "default");
    }

    /** K8S_POD_NAME, or the container id. */
    String pod() {
        return args.getOrDefault("K8S_POD_NAME", containerId);
    }

    /**
     * {@code labels} of the plugin's entry, and {@code args.cni.labels} over them.
     *
     * @throws CniError 7 if either has another form
     */
    Map<String, String> labels() {
        final Map<String, String> labels = new HashMap<>();
        final JsonNode own = config.path("labels");
        expect(own, JsonNodeType.OBJECT, "labels", "an object of texts");
        own.properties()
                .forEach(
                        each -> {
                            final String field = "labels." + each.getKey();
                            expect(each.getValue(), JsonNodeType.STRING, field, "text");
                            labels.put(each.getKey(), each.getValue().asText());
                        });
        final JsonNode list = config.path("args").path("cni").path("labels");
        expect(list, JsonNodeType.ARRAY, "args.cni.labels", "a list of {key, value}");
        for (int i = 0; i < list.size(); i++) {
            final String field = "args.cni.labels[" + i + "]";
            labels.put(required(list.get(i), field, "key"), required(list.get(i), field, "value"));
        }
        return labels;
    }

    /**
     * {@code args.cni.ports}.
     *
     * @throws CniError 7 if it has another form
     */
    List<NamedPort> ports() {
        final List<NamedPort> ports = new ArrayList<>();
        final JsonNode list = config.path("args").path("cni").path("ports");
        expect(list, JsonNodeType.ARRAY, "args.cni.ports", "a list of {name, port, protocol}");
        for (int i = 0; i < list.size(); i++) {
            final String field = "args.cni.ports[" + i + "]";
            final JsonNode port = list.get(i).path("port");
            if (!port.isInt()) {
                throw invalid(field + ".port", port, "a number from 1 to 65535");
            }
            expect(list.get(i).path("protocol"), JsonNodeType.STRING, field + ".protocol", "text");
            ports.add(
                    new NamedPort(
                            required(list.get(i), field, "name"),
                            port.asInt(),
                            list.get(i).path("protocol").asText("TCP")));
        }
        return ports;
    }

    private static String required(final JsonNode object, final String field, final String key) {
        final JsonNode value = object.path(key);
        if (!value.isTextual()) {
            throw invalid(field + "." + key, value, "text");
        }
        return value.asText();
    }

    private static void expect(
            final JsonNode value,
            final JsonNodeType type,
            final String field,
            final String expected) {
        if (!value.isMissingNode() && !value.isNull() && value.getNodeType() != type) {
            throw invalid(field, value, expected);
        }
    }

    static CniError invalid(final String field, final JsonNode value, final String expected) {
        return new CniError(
                CniError.INVALID_CONFIG,
                field
                        + ": "
                        + (value.isMissingNode() ? "missing" : value.toString())
                        + " (expected: "
                        + expected
                        + ")");
    }

    private static String text(final ObjectNode message, final String key) {
        final JsonNode value = message.path(key);
        if (!value.isTextual() && !value.isMissingNode() && !value.isNull()) {
            throw new CniError(
                    CniError.DECODING_FAILURE, key + ": " + type(value) + " (expected: text)");
        }
        return value.asText("");
    }

    private static String type(final JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> args(final String text) {
        final Map<String, String> args = new HashMap<>();
        for (final String pair : text.split(";")) {
            if (pair.isEmpty()) {
                continue;
            }
            final int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new CniError(
                        CniError.INVALID_ENVIRONMENT,
                        "CNI_ARGS: " + pair + " (expected: key=value pairs with ; between them)");
            }
            args.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return args;
    }
}
