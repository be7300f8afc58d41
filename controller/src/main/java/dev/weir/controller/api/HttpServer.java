package dev.weir.controller.api;

import dev.weir.controller.api.http.Access;
import dev.weir.controller.api.http.Connections;
import dev.weir.controller.api.http.InFlight;
import dev.weir.controller.api.http.Limits;
import dev.weir.controller.api.http.Router;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's REST server: one event loop for all connections, a few workers for the handlers.
 * Closing it removes the socket.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int WORKERS = 4;
    private static final int UNDER_WAY = 1_024;
    private static final long END_MILLIS = 2_000;

    private final SocketFile socket;
    private final Router router;
    private final Limits limits;
    private final EventLoopGroup loop;
    private final ThreadPoolExecutor workers;
    private final AgentMetrics figures;
    private final InFlight inFlight = new InFlight(UNDER_WAY);
    private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private Optional<InetSocketAddress> tcpAddress = Optional.empty();
    private boolean closed;

    private HttpServer(
            final SocketFile socket, final ApiServices services, final ApiSettings settings) {
        this.socket = socket;
        this.limits =
                new Limits(
                        settings.bodyLimit(),
                        settings.requestTimeout(),
                        settings.answerTimeout(),
                        settings.idleTimeout());
        this.loop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("weir-rest", true),
                        EpollIoHandler.newFactory());
        this.workers =
                new ThreadPoolExecutor(
                        WORKERS,
                        WORKERS,
                        30,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DefaultThreadFactory("weir-rest-worker", true));
        workers.allowCoreThreadTimeOut(true);
        this.figures = new AgentMetrics(services);
        this.router = Routes.of(services.on(loop.next(), workers), figures);
    }

    /** What {@code /metrics} would show now. */
    public Supplier<MetricSnapshots> figures() {
        return figures;
    }

    /**
     * Proves, as far as that can be done without binding, that {@link #start} will work.
     *
     * @throws IOException what it would say
     */
    public static void verify(final ApiSettings settings) throws IOException {
        if (settings.listen().isPresent()) {
            TcpListener.of(settings.listen().get(), settings);
        }
        SocketFile.claim(settings.socket()).close();
    }

    /**
     * Binds and serves.
     *
     * @throws IOException when the socket is taken by a live agent or a listener is refused
     */
    public static HttpServer start(final ApiSettings settings, final ApiServices services)
            throws IOException {
        final Optional<TcpListener> tcp =
                settings.listen().isPresent()
                        ? Optional.of(TcpListener.of(settings.listen().get(), settings))
                        : Optional.empty();
        final HttpServer server =
                new HttpServer(SocketFile.claim(settings.socket()), services, settings);
        try {
            server.listen(settings, tcp);
            return server;
        } catch (final IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void listen(final ApiSettings settings, final Optional<TcpListener> tcp)
            throws IOException {
        bind(
                EpollServerDomainSocketChannel.class,
                new DomainSocketAddress(socket.unfinished().toString()),
                Access.anyone(),
                Optional.empty());
        if (tcp.isPresent()) {
            final Channel bound =
                    bind(
                            EpollServerSocketChannel.class,
                            tcp.get().address(),
                            tcp.get().access(),
                            tcp.get().tls());
            tcpAddress = Optional.of((InetSocketAddress) bound.localAddress());
        }
        socket.open();
        LOG.info(
                "REST on {}{}",
                settings.socket(),
                tcpAddress.map(address -> " and " + address).orElse(""));
    }

    private Channel bind(
            final Class<? extends ServerChannel> type,
            final SocketAddress address,
            final Access access,
            final Optional<SslContext> tls)
            throws IOException {
        final ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(type)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(
                                new Connections(
                                        router,
                                        limits,
                                        access,
                                        tls,
                                        workers,
                                        inFlight,
                                        connections))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        listeners.add(bound.channel());
        return bound.channel();
    }

    /** Where TCP is bound; empty when it is off. */
    public Optional<InetSocketAddress> tcpAddress() {
        return tcpAddress;
    }

    /** Serves no more; requests under way have two seconds to end. Twice is fine. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        listeners.close().awaitUninterruptibly(END_MILLIS);
        try {
            inFlight.awaitNone(END_MILLIS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        connections.close().awaitUninterruptibly(END_MILLIS);
        loop.shutdownGracefully(0, END_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(END_MILLIS);
        try {
            socket.close();
        } catch (final IOException e) {
            LOG.warn("socket not removed: {}", e.toString());
        }
    }
}
