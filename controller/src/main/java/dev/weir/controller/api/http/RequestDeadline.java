package dev.weir.controller.api.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches how long a connection stays in one of its phases: idle, receiving a request, serving it.
 * Runs on the connection's event loop only.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {
    private enum Phase {
        IDLE,
        RECEIVING,
        SERVING
    }

    /** Fired down the pipeline when a request did not arrive in time. */
    static final Object TOO_SLOW = new Object();

    private final Duration receiving;
    private final Duration idle;
    private ChannelHandlerContext context;
    private Phase phase = Phase.IDLE;
    private ScheduledFuture<?> timer;
    private boolean moreWaits;

    RequestDeadline(final Duration receiving, final Duration idle) {
        this.receiving = receiving;
        this.idle = idle;
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        context = ctx;
        enter(Phase.IDLE);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (phase == Phase.IDLE) {
            enter(Phase.RECEIVING);
        } else if (phase == Phase.SERVING) {
            moreWaits = true;
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        enter(Phase.SERVING);
        ctx.fireChannelInactive();
    }

    /** A request is whole: from here on it is our time that passes, not the client's. */
    void serving() {
        moreWaits = false;
        enter(Phase.SERVING);
    }

    /** The answer is sent. What came in the meantime begins its own time now. */
    void answered() {
        enter(moreWaits ? Phase.RECEIVING : Phase.IDLE);
    }

    private void enter(final Phase next) {
        phase = next;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (next != Phase.SERVING) {
            final Duration limit = next == Phase.IDLE ? idle : receiving;
            timer =
                    context.executor()
                            .schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void expire() {
        timer = null;
        if (phase == Phase.IDLE) {
            context.close();
        } else {
            context.fireUserEventTriggered(TOO_SLOW);
        }
    }
}
