package dev.weir.controller.api.http;

import io.netty.handler.codec.http.HttpRequest;

/** A request with its whole body, or why there is none: exactly one of the two last is null. */
record Collected(HttpRequest head, byte[] body, ApiException refusal) {}
