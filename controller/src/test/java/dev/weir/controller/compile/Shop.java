package dev.weir.controller.compile;

import static dev.weir.dataplane.layout.Direction.INGRESS;

import dev.weir.dataplane.layout.Reason;
import java.util.List;

/** Two namespaces with a web server and its clients, for policies to select among. */
final class Shop {
    static final int TCP = 6;

    /** Begins the spec of a policy for the web server. */
    static final String WEB = "podSelector: {matchLabels: {app: web}}\n";

    private Shop() {}

    /** Pod 1 is the web server, pod 2 a client in its namespace, pod 3 a client of another. */
    static Desired shop() {
        return new Desired()
                .namespace("data", "env=prod")
                .pod(
                        1,
                        "default",
                        "10.0.1.1",
                        List.of(new NamedPort("web", 8080, "TCP")),
                        "app=web")
                .pod(2, "app=client")
                .pod(
                        3,
                        "data",
                        "10.0.2.3",
                        List.of(new NamedPort("web", 9090, "TCP")),
                        "app=client");
    }

    /** Why a policy for the web server lets TCP in to it, or does not. */
    static Reason ingress(final String spec, final String from, final int port) {
        return shop().policy("a", WEB + spec).reason(1, INGRESS, from, TCP, port);
    }
}
