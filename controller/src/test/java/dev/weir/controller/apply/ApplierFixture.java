package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.controller.compile.NamedPort;
import dev.weir.controller.endpoint.AttachRequest;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.policy.ClusterNetworkPolicy;
import dev.weir.controller.policy.ClusterNetworkPolicyParser;
import dev.weir.controller.policy.NamespaceParser;
import dev.weir.controller.policy.NetworkPolicy;
import dev.weir.controller.policy.NetworkPolicyParser;
import dev.weir.controller.store.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An applier over recording tables, driven by the test's own thread. */
final class ApplierFixture implements AutoCloseable {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    final RecordingDatapath tables;
    final FakeNetwork network;
    final Applier applier;
    private final StateStore store;

    ApplierFixture(
            final Path directory, final RecordingDatapath tables, final FakeNetwork network) {
        this(directory, tables, network, new QuietObserver());
    }

    ApplierFixture(
            final Path directory,
            final RecordingDatapath tables,
            final FakeNetwork network,
            final EndpointObserver observer) {
        this.tables = tables;
        this.network = network;
        this.store = StateStore.open(directory);
        this.applier = start(observer);
    }

    private Applier start(final EndpointObserver observer) {
        try {
            return Applier.start(tables.datapath(), network, store, false, observer, CLOCK);
        } catch (final RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Lets the applier work until the answer is there and what it left to do is done; throws what
     * it was refused with.
     */
    <T> T await(final CompletableFuture<T> answer) {
        while (!answer.isDone()) {
            applier.doWork();
        }
        applier.finish();
        try {
            return answer.join();
        } catch (final CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    Endpoint attach(final String name, final Map<String, String> labels) {
        return await(applier.attach(request(name, labels, List.of())));
    }

    static AttachRequest request(
            final String name, final Map<String, String> labels, final List<NamedPort> ports) {
        return new AttachRequest(
                Optional.of("/run/netns/" + name),
                OptionalInt.empty(),
                name,
                "eth0",
                "net",
                "default",
                name,
                labels,
                ports,
                List.of(),
                false);
    }

    WriteResult<NetworkPolicy> put(final String yaml) {
        return put(yaml, Precondition.NONE);
    }

    WriteResult<NetworkPolicy> put(final String yaml, final Precondition precondition) {
        return await(applier.putPolicy(policy(yaml), precondition));
    }

    WriteResult<ClusterNetworkPolicy> putCluster(final String yaml) {
        return await(
                applier.putClusterPolicy(
                        ClusterNetworkPolicyParser.parse(tree(yaml)), Precondition.NONE));
    }

    static NetworkPolicy policy(final String yaml) {
        return NetworkPolicyParser.parse(tree(yaml));
    }

    WriteResult<?> putNamespace(final String yaml) {
        return await(applier.putNamespace(NamespaceParser.parse(tree(yaml)), Precondition.NONE));
    }

    private static JsonNode tree(final String yaml) {
        try {
            return new YAMLMapper().readTree(yaml);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody can reach pods with {@code app: label}. */
    static String deny(final String name, final String label) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: %s, namespace: default}
                spec:
                  podSelector: {matchLabels: {app: %s}}
                  policyTypes: [Ingress]
                """
                .formatted(name, label);
    }

    /** Only {@code app: from} can reach {@code app: to}, at a port. */
    static String allow(final String name, final String to, final String from, final int port) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: %s, namespace: default}
                spec:
                  podSelector: {matchLabels: {app: %s}}
                  policyTypes: [Ingress]
                  ingress:
                    - from: [{podSelector: {matchLabels: {app: %s}}}]
                      ports: [{protocol: TCP, port: %d}]
                """
                .formatted(name, to, from, port);
    }

    /** No pod of the cluster may speak to another. */
    static String denyPods(final String name) {
        return """
                apiVersion: policy.networking.k8s.io/v1alpha2
                kind: ClusterNetworkPolicy
                metadata: {name: %s}
                spec:
                  tier: Admin
                  priority: 10
                  subject: {namespaces: {}}
                  ingress: [{action: Deny, from: [{namespaces: {}}]}]
                """
                .formatted(name);
    }

    /** As SIGKILL does it: nothing is finished, only the lock goes with the process. */
    void kill() {
        store.close();
    }

    @Override
    public void close() {
        applier.onClose();
        store.close();
    }
}
