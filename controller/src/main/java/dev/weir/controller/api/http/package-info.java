/**
 * HTTP below the routes: channels, requests and answers, the router, bodies, errors. Knows nothing
 * of what the routes do.
 *
 * <p>Start at {@link dev.weir.controller.api.http.Router} and {@link
 * dev.weir.controller.api.http.Dispatcher}. Depends on Netty, Jackson, document and protobuf only,
 * and in {@link dev.weir.controller.api.http.ApiErrors} on the exceptions it translates.
 */
package dev.weir.controller.api.http;
