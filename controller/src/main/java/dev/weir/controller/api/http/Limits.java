package dev.weir.controller.api.http;

import java.time.Duration;

/**
 * What a connection may take.
 *
 * @param body of a request, in bytes
 * @param receiving from a request's first byte to its last
 * @param answering from there until the handler's answer; following a stream is not bounded
 * @param idle without a request
 */
public record Limits(int body, Duration receiving, Duration answering, Duration idle) {}
