package dev.weir.controller.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets one request through at a time. What a client sends ahead waits here, and when that is much,
 * in the client's own socket. Runs on the connection's event loop.
 */
final class Turnstile extends ChannelInboundHandlerAdapter {
    /** Messages (heads, and pieces of 8 KiB) that may wait before nothing more is read. */
    private static final int MOST = 32;

    private final Queue<Object> waiting = new ArrayDeque<>();
    private ChannelHandlerContext context;
    private boolean closed;
    private boolean draining;

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Nothing passes until {@link #open}. */
    void close() {
        closed = true;
    }

    /** Lets the next request through. */
    void open() {
        closed = false;
        if (draining) {
            return; // Called from within the loop below, by an answer given at once.
        }
        draining = true;
        while (!closed && !waiting.isEmpty()) {
            context.fireChannelRead(waiting.poll());
        }
        draining = false;
        if (waiting.size() < MOST) {
            context.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (!closed && !draining) {
            ctx.fireChannelRead(message);
            return;
        }
        waiting.add(message);
        if (waiting.size() >= MOST) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext ctx) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }
}
