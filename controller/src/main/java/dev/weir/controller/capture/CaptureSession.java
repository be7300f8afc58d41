package dev.weir.controller.capture;

import dev.weir.controller.compile.RuleRef;
import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.FlowNames;
import dev.weir.controller.policy.ObjectMeta;
import dev.weir.dataplane.capture.CapturedPacket;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.layout.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One capture: its thread reads the ring and encodes, until a limit is reached or the reader is
 * gone, and puts the usual programs back. While the reader is slow the ring is left alone, so that
 * all loss is the ring's, which counts it.
 */
final class CaptureSession implements CaptureStream, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureSession.class);

    /** Output that waits for a slow reader. */
    private static final long WAITING = 4L << 20;

    /** Packets read in one go. */
    private static final int BATCH = 256;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final CaptureQuery query;
    private final CaptureFormat.Encoder encoder;
    private final PacketCapture capture;
    private final FlowNames names;
    private final Runnable done;
    private final Map<Integer, CapturedEndpoint> endpoints = new LinkedHashMap<>();
    private final Map<Integer, Long> written = new LinkedHashMap<>();
    private final Queue<byte[]> output = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();

    /** CLOCK_MONOTONIC, which nanoTime() is on Linux, to the time of day. */
    private final long wallOffset = now() - System.nanoTime();

    private volatile Runnable ready = () -> {};
    private volatile boolean cancelled;
    private volatile boolean finished;
    private long packets;
    private long bytes;

    CaptureSession(
            final CaptureQuery query,
            final CaptureFormat format,
            final PacketCapture capture,
            final List<CapturedEndpoint> captured,
            final FlowNames names,
            final Runnable done) {
        this.query = query;
        this.encoder = format.encoder(query);
        this.capture = capture;
        this.names = names;
        this.done = done;
        captured.forEach(one -> endpoints.put(one.endpoint().number(), one));
        give(encoder.start(captured));
    }

    private static long now() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public void run() {
        try {
            final CaptureEnd why = read();
            capture.stop();
            if (why == CaptureEnd.DURATION || why == CaptureEnd.STOPPED) {
                capture.poll(this::take, Integer.MAX_VALUE);
            }
            give(encoder.end(totals(), why));
        } catch (final RuntimeException e) {
            LOG.error("capture: {}", e.toString(), e);
        } finally {
            finish();
        }
    }

    private void finish() {
        try {
            capture.close();
        } catch (final RuntimeException e) {
            LOG.error("capture: the usual programs could not be put back: {}", e.toString(), e);
        } finally {
            finished = true;
            done.run();
            ready.run();
        }
    }

    private CaptureEnd read() {
        final long end = System.nanoTime() + query.nanos();
        while (!cancelled) {
            final int room = waiting.get() < WAITING ? BATCH : 0;
            final int limit = (int) Math.min(room, query.packets() - packets);
            final int count = limit == 0 ? 0 : capture.poll(this::take, limit);
            if (packets >= query.packets()) {
                return CaptureEnd.PACKETS;
            }
            if (bytes >= query.bytes()) {
                return CaptureEnd.SIZE;
            }
            if (System.nanoTime() - end >= 0) {
                return CaptureEnd.DURATION;
            }
            if (count > 0) {
                ready.run();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return CaptureEnd.STOPPED;
    }

    private void take(final CapturedPacket packet) {
        final CapturedEndpoint endpoint = endpoints.get(packet.endpoint());
        if (endpoint == null || bytes >= query.bytes() || packets >= query.packets()) {
            return; // the limit was reached within a batch
        }
        packets++;
        written.merge(packet.endpoint(), 1L, Long::sum);
        give(encoder.packet(described(endpoint, packet)));
    }

    private DescribedPacket described(
            final CapturedEndpoint endpoint, final CapturedPacket packet) {
        final long time = packet.monotonicNanos() + wallOffset;
        final Optional<RuleRef> rule =
                packet.rule() == 0 ? Optional.empty() : names.rule(packet.rule());
        final List<String> policies =
                rule.map(ref -> List.of(ref.policy()))
                        .orElseGet(() -> isolating(endpoint.endpoint(), packet, time));
        return new DescribedPacket(
                endpoint,
                time,
                packet,
                policies,
                rule.filter(ref -> ref.index() >= 0).map(RuleRef::description).orElse(""));
    }

    /** The policies whose silence denied it. */
    private List<String> isolating(
            final Endpoint endpoint, final CapturedPacket packet, final long time) {
        if (packet.reason() != Reason.NO_RULE) {
            return List.of();
        }
        return names
                .isolating(endpoint, packet.direction(), Instant.ofEpochSecond(0, time))
                .stream()
                .map(CaptureSession::name)
                .toList();
    }

    private static String name(final ObjectMeta meta) {
        return meta.namespace().isEmpty() ? meta.name() : meta.namespace() + "/" + meta.name();
    }

    private List<EndpointTotal> totals() {
        return endpoints.values().stream()
                .map(
                        one -> {
                            final int number = one.endpoint().number();
                            return new EndpointTotal(
                                    one,
                                    capture.matched(number),
                                    capture.lost(number),
                                    written.getOrDefault(number, 0L));
                        })
                .toList();
    }

    private void give(final byte[] chunk) {
        if (chunk.length > 0) {
            bytes += chunk.length;
            waiting.addAndGet(chunk.length);
            output.add(chunk);
        }
    }

    @Override
    public void onReady(final Runnable wake) {
        ready = wake;
    }

    @Override
    public byte[] next() {
        final byte[] chunk = output.poll();
        if (chunk != null) {
            waiting.addAndGet(-chunk.length);
        }
        return chunk;
    }

    @Override
    public boolean ended() {
        return finished && output.isEmpty();
    }

    @Override
    public void close() {
        cancelled = true;
    }
}
