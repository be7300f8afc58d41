package dev.weir.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kubernetes client of Java programs, against the real routes and the real applier. */
class Fabric8ClientTest {
    @TempDir private Path directory;
    private AgentWithApplier agent;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        agent = AgentWithApplier.start(directory);
        final Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl(agent.url())
                        .withNamespace("default")
                        .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void stop() {
        client.close();
        agent.close();
    }

    private static NetworkPolicy policy(final String name, final String app) {
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("app", app)
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .addToMatchLabels("app", app)
                .endPodSelector()
                .addNewIngress()
                .addNewPort()
                .withNewPort(80)
                .endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    private static String next(final BlockingQueue<String> events) throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldCreateListEditAndDelete() {
        final NetworkPolicy created = client.resource(policy("web", "web")).create();
        client.resource(policy("db", "db")).create();

        assertThat(created.getMetadata().getUid()).hasSize(36);
        assertThat(created.getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(client.network().v1().networkPolicies().withLabel("app", "db").list().getItems())
                .extracting(each -> each.getMetadata().getName())
                .containsExactly("db");
        final NetworkPolicy edited =
                client.network()
                        .v1()
                        .networkPolicies()
                        .withName("web")
                        .edit(
                                old ->
                                        new NetworkPolicyBuilder(old)
                                                .editMetadata()
                                                .addToLabels("more", "1")
                                                .endMetadata()
                                                .build());
        assertThat(edited.getMetadata().getLabels()).containsEntry("more", "1");
        assertThatThrownBy(() -> client.resource(created).update())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("the object has been modified");
        client.network().v1().networkPolicies().withName("web").delete();
        client.network().v1().networkPolicies().inNamespace("default").delete();
        assertThat(client.network().v1().networkPolicies().list().getItems()).isEmpty();
    }

    @Test
    void shouldApplyOnTheServerSide() {
        final NetworkPolicy applied = client.resource(policy("web", "web")).serverSideApply();
        final NetworkPolicy again = client.resource(policy("web", "web")).serverSideApply();

        assertThat(applied.getMetadata().getManagedFields())
                .extracting(each -> each.getManager() + " " + each.getOperation())
                .containsExactly("fabric8 Apply");
        assertThat(again.getMetadata().getResourceVersion())
                .isEqualTo(applied.getMetadata().getResourceVersion());
    }

    @Test
    void shouldKeepAnInformerCurrent() throws Exception {
        client.resource(policy("web", "web")).create();
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (SharedIndexInformer<NetworkPolicy> informer =
                client.network()
                        .v1()
                        .networkPolicies()
                        .inNamespace("default")
                        .inform(
                                new ResourceEventHandler<>() {
                                    @Override
                                    public void onAdd(final NetworkPolicy it) {
                                        events.add("add " + it.getMetadata().getName());
                                    }

                                    @Override
                                    public void onUpdate(
                                            final NetworkPolicy old, final NetworkPolicy it) {
                                        events.add("update " + it.getMetadata().getName());
                                    }

                                    @Override
                                    public void onDelete(
                                            final NetworkPolicy it, final boolean unknown) {
                                        events.add("delete " + it.getMetadata().getName());
                                    }
                                })) {
            assertThat(next(events)).isEqualTo("add web");
            client.resource(policy("db", "db")).create();
            assertThat(next(events)).isEqualTo("add db");
            client.resource(policy("web", "other")).update();
            assertThat(next(events)).isEqualTo("update web");
            client.resource(policy("db", "db")).delete();
            assertThat(next(events)).isEqualTo("delete db");
            assertThat(informer.getStore().list()).hasSize(1);
        }
    }

    @Test
    void shouldWatchClusterPoliciesAndNamespaces() throws Exception {
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        final var policies =
                client.genericKubernetesResources(
                        "policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy");
        try (var watch =
                policies.watch(
                        new Watcher<GenericKubernetesResource>() {
                            @Override
                            public void eventReceived(
                                    final Action action, final GenericKubernetesResource it) {
                                events.add(action + " " + it.getMetadata().getName());
                            }

                            @Override
                            public void onClose(final WatcherException cause) {
                                events.add("closed " + cause.getMessage());
                            }
                        })) {
            assertThat(watch).isNotNull();
            final GenericKubernetesResource policy = new GenericKubernetesResource();
            policy.setApiVersion("policy.networking.k8s.io/v1alpha2");
            policy.setKind("ClusterNetworkPolicy");
            policy.setMetadata(
                    new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                            .withName("deny")
                            .build());
            policy.setAdditionalProperties(
                    Map.of(
                            "spec",
                            Map.of(
                                    "tier",
                                    "Admin",
                                    "priority",
                                    5,
                                    "subject",
                                    Map.of("namespaces", Map.of()))));
            policies.resource(policy).create();
            assertThat(next(events)).isEqualTo("ADDED deny");
            policies.withName("deny").delete();
            assertThat(next(events)).isEqualTo("DELETED deny");
        }
        assertThat(client.namespaces().list().getItems())
                .extracting(each -> each.getMetadata().getName())
                .containsExactly("default");
    }
}
