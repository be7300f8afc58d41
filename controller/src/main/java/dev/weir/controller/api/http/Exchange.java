package dev.weir.controller.api.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * What the answer must know of its request.
 *
 * @param method HEAD is treated as GET; the codec leaves the body away
 * @param path without the query
 * @param chunkable false for HTTP/1.0, where the connection's end is the body's end
 */
record Exchange(String method, String path, boolean keepAlive, boolean chunkable) {
    static Exchange of(final HttpRequest head) {
        final String method = head.method().name();
        final String uri = head.uri();
        final int query = uri.indexOf('?');
        return new Exchange(
                method.equals("HEAD") ? "GET" : method,
                query < 0 ? uri : uri.substring(0, query),
                HttpUtil.isKeepAlive(head),
                !head.protocolVersion().equals(HttpVersion.HTTP_1_0));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
