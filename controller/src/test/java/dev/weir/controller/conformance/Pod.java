package dev.weir.controller.conformance;

import dev.weir.controller.compile.EndpointSpec;
import dev.weir.controller.compile.NamedPort;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.testkit.Netns;
import java.util.List;
import java.util.Map;

/**
 * A pod as CNI is told of it.
 *
 * @param name {@code namespace/pod}
 * @param netns its network namespace
 * @param network third byte of its IPv4 address, and the group before the last of the IPv6 one
 * @param host last byte of the IPv4 address, and the last group of the IPv6 one
 * @param labels what it has now
 * @param ports that it names
 */
record Pod(
        String name,
        Netns netns,
        int network,
        int host,
        Map<String, String> labels,
        List<NamedPort> ports) {
    static final String GATEWAY_V4 = "10.88.0.1";
    static final String GATEWAY_V6 = "fd00:88::1";

    String namespace() {
        return name.substring(0, name.indexOf('/'));
    }

    String simpleName() {
        return name.substring(name.indexOf('/') + 1);
    }

    String containerId() {
        return name.replace('/', '-');
    }

    /** Its address of one family. */
    String address(final boolean ipv6) {
        return ipv6
                ? "fd00:88::%x:%x".formatted(network, host)
                : "10.88.%d.%d".formatted(network, host);
    }

    /** Of its interface. */
    String mac() {
        return netns.run("cat", "/sys/class/net/eth0/address").trim();
    }

    Pod withLabels(final Map<String, String> others) {
        return new Pod(name, netns, network, host, Map.copyOf(others), ports);
    }

    /** As the oracle wants it. */
    EndpointSpec spec(final int number) {
        return new EndpointSpec(
                number,
                namespace(),
                simpleName(),
                labels,
                ports,
                List.of(IpAddress.parse(address(false)), IpAddress.parse(address(true))));
    }
}
