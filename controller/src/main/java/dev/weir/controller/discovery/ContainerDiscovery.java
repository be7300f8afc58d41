package dev.weir.controller.discovery;

import java.util.List;
import java.util.function.IntPredicate;

/** Looks for containers when asked, and never by itself; callable from any thread. */
@FunctionalInterface
public interface ContainerDiscovery {
    /**
     * Every veth of this node whose other end is in another network namespace, by name.
     *
     * @param interfaces which indices to look behind
     */
    List<FoundContainer> find(IntPredicate interfaces);

    /** Behind all of them. */
    default List<FoundContainer> find() {
        return find(any -> true);
    }
}
