package dev.weir.controller.lint;

import dev.weir.controller.policy.LabelSelector;
import dev.weir.controller.policy.Namespace;
import dev.weir.controller.policy.SelectorPeer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is there to be selected.
 *
 * @param namespaces name to labels; of each that is known
 * @param pods the containers of this node
 */
public record Surroundings(Map<String, Map<String, String>> namespaces, List<Pod> pods) {
    public Surroundings {
        final Map<String, Map<String, String>> named = new HashMap<>(namespaces);
        pods.forEach(pod -> named.putIfAbsent(pod.namespace(), Map.of()));
        named.replaceAll(
                (name, labels) -> {
                    final Map<String, String> all = new HashMap<>(labels);
                    all.put(Namespace.NAME_LABEL, name);
                    return Map.copyOf(all);
                });
        namespaces = Map.copyOf(named);
        pods = List.copyOf(pods);
    }

    /**
     * A container.
     *
     * @param ports its named ports, as {@code TCP/web}
     */
    public record Pod(String namespace, Map<String, String> labels, Set<String> ports) {
        public Pod {
            labels = Map.copyOf(labels);
            ports = Set.copyOf(ports);
        }
    }

    boolean hasNamespace(final LabelSelector selector) {
        return namespaces.values().stream().anyMatch(selector::matches);
    }

    /**
     * @param ownNamespace meant by a peer without a namespace selector
     */
    List<Pod> select(final SelectorPeer peer, final String ownNamespace) {
        final LabelSelector labels = peer.pods().orElse(LabelSelector.EVERYTHING);
        final Optional<LabelSelector> selector = peer.namespaces();
        return pods.stream()
                .filter(pod -> labels.matches(pod.labels()))
                .filter(
                        pod ->
                                selector.map(s -> s.matches(namespaces.get(pod.namespace())))
                                        .orElse(pod.namespace().equals(ownNamespace)))
                .toList();
    }
}
