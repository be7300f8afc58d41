package dev.weir.controller.capture;

import dev.weir.controller.endpoint.Endpoint;

/**
 * An endpoint whose packets are captured.
 *
 * @param index its place among those of the capture, from 0
 */
record CapturedEndpoint(int index, Endpoint endpoint) {
    String pod() {
        return endpoint.namespace() + "/" + endpoint.pod();
    }
}
