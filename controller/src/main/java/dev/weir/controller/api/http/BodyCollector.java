package dev.weir.controller.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Collects a request's body up to a limit. After a refusal the rest of the connection is dropped:
 * where a refused body ends is not known.
 */
final class BodyCollector extends SimpleChannelInboundHandler<HttpObject> {
    private final int limit;
    private HttpRequest head;
    private ByteArrayOutputStream body;
    private boolean refused;

    BodyCollector(final int limit) {
        this.limit = limit;
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final HttpObject message)
            throws IOException {
        if (refused) {
            return;
        }
        if (message instanceof HttpRequest) {
            begin(ctx, (HttpRequest) message);
        }
        if (!refused && message instanceof HttpContent) {
            append(ctx, (HttpContent) message);
        }
    }

    private void begin(final ChannelHandlerContext ctx, final HttpRequest request) {
        head = request;
        if (request.decoderResult().isFailure()) {
            refuse(ctx, malformed(request.decoderResult()));
            return;
        }
        final long length = HttpUtil.getContentLength(request, 0L);
        if (length > limit) {
            refuse(ctx, tooLarge());
            return;
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
        body = new ByteArrayOutputStream((int) length);
    }

    private void append(final ChannelHandlerContext ctx, final HttpContent content)
            throws IOException {
        if (content.decoderResult().isFailure()) {
            refuse(ctx, malformed(content.decoderResult()));
            return;
        }
        final int length = content.content().readableBytes();
        if (body.size() + length > limit) {
            refuse(ctx, tooLarge());
            return;
        }
        content.content().readBytes(body, length);
        if (content instanceof LastHttpContent) {
            final Collected whole = new Collected(head, body.toByteArray(), null);
            head = null;
            body = null;
            ctx.fireChannelRead(whole);
        }
    }

    private void refuse(final ChannelHandlerContext ctx, final ApiException refusal) {
        refused = true;
        body = null;
        ctx.fireChannelRead(new Collected(head, null, refusal));
    }

    private ApiException tooLarge() {
        return ApiException.of(
                413,
                "RequestEntityTooLarge",
                "body: larger than " + limit + " bytes (expected: at most that)",
                null);
    }

    private static ApiException malformed(final DecoderResult result) {
        final Throwable cause = result.cause();
        if (cause instanceof TooLongHttpLineException) {
            return ApiException.of(414, "RequestURITooLong", "request line: too long", null);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return ApiException.of(431, "RequestHeaderTooLarge", "headers: too long", null);
        }
        return ApiException.badRequest("request is not HTTP/1.1: " + cause.getMessage());
    }
}
