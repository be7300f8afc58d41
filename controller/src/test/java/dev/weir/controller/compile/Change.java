package dev.weir.controller.compile;

import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.NetworkPolicy;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One change of what is desired.
 *
 * @param what for whoever reads a sample that failed
 * @param make carries it out
 */
record Change(String what, Consumer<Desired> make) {
    static Change put(final NetworkPolicy policy) {
        return new Change("put " + policy, desired -> desired.policy(policy));
    }

    static Change remove(final String policy) {
        return new Change("remove " + policy, desired -> desired.without(policy));
    }

    static Change put(final ClusterNetworkPolicy policy) {
        return new Change("put " + policy, desired -> desired.cluster(policy));
    }

    static Change removeCluster(final String policy) {
        return new Change("remove " + policy, desired -> desired.withoutCluster(policy));
    }

    static Change label(final String namespace, final Map<String, String> labels) {
        return new Change(
                "label " + namespace + " " + labels,
                desired -> desired.namespace(namespace, labels));
    }

    static Change removeNamespace(final String namespace) {
        return new Change("remove " + namespace, desired -> desired.withoutNamespace(namespace));
    }

    static Change attach(final EndpointSpec endpoint) {
        return new Change("attach " + endpoint, desired -> desired.endpoint(endpoint));
    }

    static Change detach(final int number) {
        return new Change("detach " + number, desired -> desired.gone(number));
    }

    static Change hostPolicy(final boolean judged) {
        return new Change("host policy " + judged, desired -> desired.hostPolicy(judged));
    }

    static Change host(final String address, final boolean there) {
        return new Change(
                "host " + address + " " + there,
                desired -> {
                    if (there) {
                        desired.host(address);
                    } else {
                        desired.withoutHost(address);
                    }
                });
    }

    @Override
    public String toString() {
        return what;
    }
}
