package dev.weir.controller.policy;

import java.util.Optional;

/**
 * Pods by label: those of the policy's own namespace, of other namespaces, or both conditions at
 * once. At least one selector is present.
 *
 * @param pods absent = every pod of the selected namespaces
 * @param namespaces absent = the policy's own namespace
 */
public record SelectorPeer(Optional<LabelSelector> pods, Optional<LabelSelector> namespaces)
        implements PolicyPeer {}
