package dev.weir.controller.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a streamed answer as fast as its client reads and no faster: a chunk is asked for only
 * while the channel is writable. Runs on the event loop, but for the wake-up.
 */
final class ChunkWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkWriter.class);

    /** Chunks sent in one go before other connections have their turn. */
    private static final int TURN = 64;

    private final ChannelHandlerContext context;
    private final Response.Streamed response;
    private final boolean keepAlive;
    private final boolean chunked;
    private final Runnable done;
    private final AtomicBoolean woken = new AtomicBoolean();
    private boolean over;

    ChunkWriter(
            final ChannelHandlerContext context,
            final Response.Streamed response,
            final boolean keepAlive,
            final boolean chunked,
            final Runnable done) {
        this.context = context;
        this.response = response;
        this.keepAlive = keepAlive && chunked;
        this.chunked = chunked;
        this.done = done;
    }

    void start() {
        final HttpResponse head =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.code()));
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        HttpUtil.setTransferEncodingChunked(head, chunked);
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context.writeAndFlush(head);
        response.chunks().onReady(this::wake);
        wake();
    }

    /** There may be more, or more room: looks in the event loop's next turn. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            context.executor().execute(this::drain);
        }
    }

    private void drain() {
        woken.set(false);
        if (over) {
            return;
        }
        try {
            final Channel channel = context.channel();
            byte[] chunk = null;
            for (int i = 0; i < TURN && channel.isWritable(); i++) {
                chunk = response.chunks().next();
                if (chunk == null) {
                    break;
                }
                context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(chunk)));
            }
            if (chunk != null && channel.isWritable()) {
                wake();
            } else if (chunk == null && response.chunks().ended()) {
                finish();
                return;
            }
            context.flush();
        } catch (final RuntimeException e) {
            LOG.warn("stream: {}", e.toString(), e);
            abandon();
            context.close();
        }
    }

    private void finish() {
        abandon();
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                .addListener(
                        sent -> {
                            if (sent.isSuccess() && keepAlive) {
                                done.run();
                            } else {
                                context.close();
                            }
                        });
    }

    /** Nothing more is sent; the source is told. */
    void abandon() {
        if (!over) {
            over = true;
            response.chunks().close();
        }
    }
}
