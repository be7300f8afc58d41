package dev.weir.controller.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.dataplane.attach.InterfaceHooks;

/** Hears nothing, but for what a test makes of it. */
class QuietObserver implements EndpointObserver {
    @Override
    public JsonNode measure(final int number) {
        return NullNode.getInstance();
    }

    @Override
    public void attached(final Endpoint endpoint, final JsonNode measured) {}

    @Override
    public void guarded(
            final Endpoint endpoint, final InterfaceHooks there, final boolean ranBefore) {}

    @Override
    public void detached(final int number) {}

    @Override
    public void interfaceChanged() {}

    @Override
    public void published(final Snapshot snapshot) {}

    @Override
    public long tick() {
        return Long.MAX_VALUE;
    }
}
