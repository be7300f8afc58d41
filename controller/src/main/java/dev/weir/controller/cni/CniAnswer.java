package dev.weir.controller.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What the plugin prints.
 *
 * @param failed true when {@code body} is a CNI error and the plugin is to end with 1
 * @param body empty where the verb prints nothing
 */
public record CniAnswer(boolean failed, Optional<ObjectNode> body) {
    static final CniAnswer NOTHING = new CniAnswer(false, Optional.empty());
}
