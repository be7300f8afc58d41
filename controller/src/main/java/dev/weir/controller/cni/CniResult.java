package dev.weir.controller.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import java.util.ArrayList;
import java.util.List;

/** The result of the plugins before us: what it says of a container, and in another version. */
final class CniResult {
    private static final List<String> VERSIONS =
            List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");

    private CniResult() {}

    /**
     * The previous result of a request.
     *
     * @throws CniError 7 if there is none or it is no object, 1 if its version is not spoken
     */
    static ObjectNode previous(final CniRequest request) {
        final JsonNode previous = request.config().path("prevResult");
        if (!(previous instanceof ObjectNode result)) {
            throw new CniError(
                    CniError.INVALID_CONFIG,
                    "prevResult: "
                            + (previous.isMissingNode() ? "missing" : previous.toString())
                            + " (expected: the result of the plugin before; weir-cni is chained"
                            + " after the one that makes the interface)");
        }
        spoken(request.version(), "cniVersion");
        spoken(result.path("cniVersion").asText(request.version()), "prevResult.cniVersion");
        return result;
    }

    private static void spoken(final String version, final String field) {
        if (!VERSIONS.contains(version)) {
            throw new CniError(
                    CniError.INCOMPATIBLE_VERSION,
                    field + ": " + version + " (expected: one of " + VERSIONS + ")");
        }
    }

    /**
     * Addresses that the result gives the interface {@code ifname} of the container; addresses
     * without an interface are its too.
     *
     * @throws CniError 6 if the result has another form
     */
    static List<IpAddress> addresses(final ObjectNode result, final String ifname) {
        final List<IpAddress> addresses = new ArrayList<>();
        final JsonNode interfaces = result.path("interfaces");
        for (final JsonNode ip : result.path("ips")) {
            final JsonNode index = ip.path("interface");
            if (index.isInt() && !isContainers(interfaces.path(index.asInt()), ifname)) {
                continue;
            }
            final String text = ip.path("address").asText("");
            try {
                // IpPrefix would mask the host's part away.
                IpPrefix.parse(text);
                addresses.add(IpAddress.parse(text.substring(0, text.indexOf('/'))));
            } catch (final IllegalArgumentException e) {
                throw new CniError(
                        CniError.DECODING_FAILURE, "prevResult.ips: " + ip + ": " + e.getMessage());
            }
        }
        return addresses;
    }

    private static boolean isContainers(final JsonNode link, final String ifname) {
        return link.isObject()
                && !link.path("sandbox").asText("").isEmpty()
                && link.path("name").asText("").equals(ifname);
    }

    /**
     * The result in another version; keys that no version has are kept. Before 1.0.0 every address
     * says its family, from then on none does.
     */
    static ObjectNode in(final String version, final ObjectNode result) {
        final ObjectNode converted = result.objectNode();
        converted.put("cniVersion", version);
        converted.setAll(result.deepCopy());
        converted.put("cniVersion", version);
        final boolean saysFamily = version.startsWith("0.");
        for (final JsonNode each : converted.path("ips")) {
            if (each instanceof ObjectNode ip && !saysFamily) {
                ip.remove("version");
            } else if (each instanceof ObjectNode ip && !ip.has("version")) {
                ip.put("version", ip.path("address").asText().indexOf(':') < 0 ? "4" : "6");
            }
        }
        return converted;
    }
}
