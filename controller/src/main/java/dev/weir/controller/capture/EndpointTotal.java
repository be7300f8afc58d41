package dev.weir.controller.capture;

/**
 * What a capture made of one endpoint's packets.
 *
 * @param matched passed the filter
 * @param lost of them: the ring was full
 * @param written of them
 */
record EndpointTotal(CapturedEndpoint endpoint, long matched, long lost, long written) {}
