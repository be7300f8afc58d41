package dev.weir.controller.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's requests, one at a time and in order: the next is read when the answer of the
 * last is out. Runs on the connection's event loop; handlers run where their route says.
 */
final class Dispatcher extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How long a client that was refused may go on sending before it is cut off. */
    private static final long LINGER_MILLIS = 1_000;

    /** How long a client may take to read an answer that is there as a whole. */
    private static final long READ_MILLIS = 60_000;

    private final Router router;
    private final ApiErrors errors;
    private final Access access;
    private final Executor workers;
    private final InFlight inFlight;
    private final Duration answering;
    private final RequestDeadline deadline;
    private final Turnstile turnstile;
    private ChunkWriter stream;
    private boolean serving;
    private boolean inputOver;

    Dispatcher(
            final Router router,
            final ApiErrors errors,
            final Access access,
            final Executor workers,
            final InFlight inFlight,
            final Duration answering,
            final RequestDeadline deadline,
            final Turnstile turnstile) {
        this.router = router;
        this.errors = errors;
        this.access = access;
        this.workers = workers;
        this.inFlight = inFlight;
        this.answering = answering;
        this.deadline = deadline;
        this.turnstile = turnstile;
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final Collected collected = (Collected) message;
        final Exchange exchange = Exchange.of(collected.head());
        serving = true;
        deadline.serving();
        turnstile.close();
        if (collected.refusal() == null) {
            serve(ctx, exchange, collected);
        } else {
            refuse(ctx, exchange, collected.refusal());
        }
    }

    private void serve(
            final ChannelHandlerContext ctx, final Exchange exchange, final Collected collected) {
        final HttpRequest head = collected.head();
        final Router.Match match;
        final Request request;
        try {
            access.check(
                    head.headers().get(HttpHeaderNames.AUTHORIZATION),
                    head.headers().getAll(HttpHeaderNames.HOST));
            if (head.headers()
                    .contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
                throw noWebSocket();
            }
            match = router.find(exchange.method(), exchange.path());
            request = request(exchange, collected, match.parameters());
        } catch (final ApiException e) {
            answer(ctx, exchange, errors.answer(exchange.toString(), e));
            return;
        }
        final AnswerDeadline once =
                new AnswerDeadline(
                        ctx.executor(),
                        answering,
                        () -> answer(ctx, exchange, errors.answer(exchange.toString(), late())));
        if (match.route().runs() == Route.Runs.ON_EVENT_LOOP) {
            handle(ctx, exchange, match.route(), request, once, () -> {});
        } else if (inFlight.tryBegin()) {
            final Runnable task =
                    () -> handle(ctx, exchange, match.route(), request, once, inFlight::end);
            try {
                if (match.route().needsWorker(request)) {
                    workers.execute(task);
                } else {
                    task.run();
                }
            } catch (final RejectedExecutionException e) {
                inFlight.end();
                once.take();
                answer(ctx, exchange, errors.answer(exchange.toString(), closing()));
            }
        } else {
            once.take();
            answer(ctx, exchange, errors.answer(exchange.toString(), tooMany()));
        }
    }

    private ApiException late() {
        return ApiException.of(
                504,
                "Timeout",
                "no answer within "
                        + answering.toMillis()
                        + " ms; what was asked for may still happen",
                null);
    }

    /** Clients that would rather watch over a web socket go on over plain HTTP at a 503. */
    private static ApiException noWebSocket() {
        return ApiException.of(
                503, "ServiceUnavailable", "no web sockets here: watch over HTTP", null);
    }

    private static ApiException closing() {
        return ApiException.of(503, "ServiceUnavailable", "the agent is stopping", null);
    }

    private static ApiException tooMany() {
        return ApiException.of(
                429,
                "TooManyRequests",
                "the agent has too many requests under way; try again",
                null);
    }

    private static Request request(
            final Exchange exchange,
            final Collected collected,
            final Map<String, String> parameters) {
        final HttpRequest head = collected.head();
        final Map<String, List<String>> query;
        try {
            query = new QueryStringDecoder(head.uri()).parameters();
        } catch (final IllegalArgumentException e) {
            throw ApiException.badRequest("query: " + e.getMessage());
        }
        return new Request(
                exchange.method(),
                exchange.path(),
                parameters,
                query,
                head.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                String.join(",", head.headers().getAll(HttpHeaderNames.ACCEPT)),
                head.headers().get(HttpHeaderNames.USER_AGENT, ""),
                collected.body());
    }

    private void handle(
            final ChannelHandlerContext ctx,
            final Exchange exchange,
            final Route route,
            final Request request,
            final AnswerDeadline once,
            final Runnable done) {
        CompletableFuture<? extends Response> future;
        try {
            future = route.handler().handle(request);
        } catch (final Exception e) {
            future = CompletableFuture.failedFuture(e);
        } catch (final StackOverflowError | OutOfMemoryError e) {
            future = CompletableFuture.failedFuture(new CompletionException(e));
        }
        future.whenComplete(
                (response, failure) -> {
                    done.run();
                    final Response answer =
                            failure == null
                                    ? response
                                    : errors.answer(exchange.toString(), failure);
                    ctx.executor()
                            .execute(
                                    () -> {
                                        if (once.take()) {
                                            answer(ctx, exchange, answer);
                                        } else {
                                            discard(exchange, answer);
                                        }
                                    });
                });
    }

    private static void discard(final Exchange exchange, final Response response) {
        LOG.debug("{}: {} comes too late", exchange, response.code());
        if (response instanceof Response.Streamed) {
            ((Response.Streamed) response).chunks().close();
        }
    }

    private void answer(
            final ChannelHandlerContext ctx, final Exchange exchange, final Response response) {
        LOG.debug("{}: {}", exchange, response.code());
        if (!ctx.channel().isActive()) {
            discard(exchange, response);
            return;
        }
        if (response instanceof Response.Streamed) {
            stream =
                    new ChunkWriter(
                            ctx,
                            (Response.Streamed) response,
                            exchange.keepAlive(),
                            exchange.chunkable(),
                            () -> answered(ctx, exchange.keepAlive()));
            stream.start();
        } else {
            send(ctx, (Response.Whole) response, exchange.keepAlive());
        }
    }

    private void send(
            final ChannelHandlerContext ctx, final Response.Whole whole, final boolean keepAlive) {
        final ChannelFuture sent = ctx.writeAndFlush(encode(whole, keepAlive));
        final var overdue =
                ctx.executor().schedule(() -> ctx.close(), READ_MILLIS, TimeUnit.MILLISECONDS);
        sent.addListener(
                done -> {
                    overdue.cancel(false);
                    if (done.isSuccess()) {
                        answered(ctx, keepAlive);
                    } else {
                        ctx.close();
                    }
                });
    }

    private static FullHttpResponse encode(final Response.Whole whole, final boolean keepAlive) {
        final FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(whole.code()),
                        Unpooled.wrappedBuffer(whole.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, whole.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, whole.body().length);
        if (!whole.allow().isEmpty()) {
            response.headers().set(HttpHeaderNames.ALLOW, String.join(", ", whole.allow()));
        }
        response.headers().add("Warning", Warnings.headers(whole.warnings()));
        if (whole.code() == 401) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"weir\"");
        }
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return response;
    }

    private void answered(final ChannelHandlerContext ctx, final boolean keepAlive) {
        serving = false;
        stream = null;
        if (!keepAlive) {
            ctx.close();
            return;
        }
        deadline.answered();
        turnstile.open();
        if (inputOver && !serving) {
            ctx.close();
        }
    }

    /**
     * Answers a request that did not arrive whole, then lets the client read that answer before the
     * connection goes: closing at once would reset it under the client's own writing.
     */
    private void refuse(
            final ChannelHandlerContext ctx, final Exchange exchange, final ApiException refusal) {
        final Response.Whole whole = errors.answer(exchange.toString(), refusal);
        ctx.writeAndFlush(encode(whole, false))
                .addListener(
                        sent -> {
                            if (!sent.isSuccess()) {
                                ctx.close();
                                return;
                            }
                            turnstile.open(); // To read, and forget, what still comes.
                            ctx.executor()
                                    .schedule(
                                            () -> ctx.close(),
                                            LINGER_MILLIS,
                                            TimeUnit.MILLISECONDS);
                        });
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event == RequestDeadline.TOO_SLOW) {
            serving = true;
            final Response.Whole late =
                    errors.answer(
                            "a request",
                            ApiException.of(
                                    408,
                                    "Timeout",
                                    "the request did not arrive whole in time",
                                    null));
            ctx.writeAndFlush(encode(late, false)).addListener(ChannelFutureListener.CLOSE);
        } else if (event instanceof ChannelInputShutdownEvent) {
            inputOver = true;
            if (!serving || stream != null) {
                ctx.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (stream != null) {
            stream.wake(); // Not at once: this may be a write of the stream's own.
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        if (stream != null) {
            stream.abandon();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        LOG.debug("connection lost: {}", cause.toString());
        ctx.close();
    }
}
