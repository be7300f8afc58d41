package dev.weir.controller.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Sets up each connection: TLS, deadline, HTTP, one message at a time, body, dispatch. */
public final class Connections extends ChannelInitializer<Channel> {
    private static final int LONGEST_LINE = 16 << 10;
    private static final int LONGEST_HEADERS = 32 << 10;

    private final Router router;
    private final Limits limits;
    private final Access access;
    private final Optional<SslContext> tls;
    private final Executor workers;
    private final InFlight inFlight;
    private final ChannelGroup open;
    private final ApiErrors errors = new ApiErrors();

    /**
     * For all connections of one listener.
     *
     * @param open gets every connection, so that closing the server closes them
     */
    public Connections(
            final Router router,
            final Limits limits,
            final Access access,
            final Optional<SslContext> tls,
            final Executor workers,
            final InFlight inFlight,
            final ChannelGroup open) {
        this.router = router;
        this.limits = limits;
        this.access = access;
        this.tls = tls;
        this.workers = workers;
        this.inFlight = inFlight;
        this.open = open;
    }

    @Override
    protected void initChannel(final Channel channel) {
        open.add(channel);
        tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
        final RequestDeadline deadline = new RequestDeadline(limits.receiving(), limits.idle());
        final Turnstile turnstile = new Turnstile();
        channel.pipeline()
                .addLast(deadline)
                .addLast(
                        new HttpServerCodec(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(LONGEST_LINE)
                                        .setMaxHeaderSize(LONGEST_HEADERS)))
                .addLast(turnstile)
                .addLast(new BodyCollector(limits.body()))
                .addLast(
                        new Dispatcher(
                                router,
                                errors,
                                access,
                                workers,
                                inFlight,
                                limits.answering(),
                                deadline,
                                turnstile));
    }
}
