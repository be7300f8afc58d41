package dev.weir.controller.conformance;

import dev.weir.controller.compile.NamedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Who is in a cluster.
 *
 * @param namespaces in the order of their networks
 * @param pods in each
 * @param ports served with every protocol
 * @param named ports that every pod names
 * @param namespaceLabel every namespace has it, with its name
 * @param podLabel every pod has it, with its name or, where it is the namespace's too, with that
 */
record Layout(
        List<String> namespaces,
        List<String> pods,
        List<Integer> ports,
        List<NamedPort> named,
        String namespaceLabel,
        String podLabel) {
    /** What the suites for NetworkPolicy have. */
    static final Layout NINE_PODS =
            new Layout(
                    List.of("x", "y", "z"),
                    List.of("a", "b", "c"),
                    List.of(80, 81),
                    serve(80, 81),
                    "ns",
                    "pod");

    /** What the suite for ClusterNetworkPolicy has. */
    static final Layout HOUSES =
            new Layout(
                    List.of("gryffindor", "slytherin", "hufflepuff", "ravenclaw"),
                    List.of("0", "1"),
                    List.of(53, 80, 5353, 8080, 9003, 9005),
                    List.of(new NamedPort("web", 80, "TCP"), new NamedPort("dns", 53, "UDP")),
                    "conformance-house",
                    "conformance-house");

    Map<String, String> namespaceLabels(final String namespace) {
        return Map.of(namespaceLabel, namespace);
    }

    Map<String, String> podLabels(final String namespace, final String pod) {
        return Map.of(podLabel, podLabel.equals(namespaceLabel) ? namespace : pod);
    }

    /** {@code serve-80-tcp} and so on. */
    private static List<NamedPort> serve(final int... ports) {
        final List<NamedPort> named = new ArrayList<>();
        for (final int port : ports) {
            for (final String protocol : List.of("TCP", "UDP", "SCTP")) {
                final String name = "serve-" + port + "-" + protocol.toLowerCase(Locale.ROOT);
                named.add(new NamedPort(name, port, protocol));
            }
        }
        return named;
    }
}
