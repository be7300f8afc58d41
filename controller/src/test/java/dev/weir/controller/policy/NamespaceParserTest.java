package dev.weir.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NamespaceParserTest {
    @Test
    void shouldAlwaysLabelANamespaceWithItsName() {
        final Namespace namespace =
                NamespaceParser.parse(
                        Yaml.read(
                                """
                                metadata:
                                  name: shop
                                  labels: {team: red, kubernetes.io/metadata.name: other}
                                spec: {finalizers: [kubernetes]}
                                status: {phase: Active}
                                """));

        final Map<String, String> expected =
                Map.of("team", "red", "kubernetes.io/metadata.name", "shop");
        assertThat(namespace.meta().labels()).isEqualTo(expected);
        assertThat(namespace.meta().namespace()).isEmpty();
        assertThat(namespace.json())
                .isEqualTo(
                        Yaml.read(
                                """
                                apiVersion: v1
                                kind: Namespace
                                metadata:
                                  name: shop
                                  labels: {team: red, kubernetes.io/metadata.name: shop}
                                spec: {finalizers: [kubernetes]}
                                status: {phase: Active}
                                """));
    }

    @Test
    void shouldTellAllProblemsOfANamespaceAtOnce() {
        assertThat(
                        catchThrowableOfType(
                                        InvalidObjectException.class,
                                        () ->
                                                NamespaceParser.parse(
                                                        Yaml.read(
                                                                """
                                                                kind: Pod
                                                                metadata:
                                                                  name: a.b
                                                                  namespace: c
                                                                  labels: {'': x}
                                                                spec: {foo: 1}
                                                                """)))
                                .causes())
                .extracting(Cause::field)
                .contains(
                        "kind",
                        "metadata.name",
                        "metadata.namespace",
                        "metadata.labels[]",
                        "spec.foo");
    }
}
