package dev.weir.controller.flow;

import dev.weir.controller.endpoint.Endpoint;
import dev.weir.controller.flow.ContainerStats.Count;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/** Container totals from the kernel's counters, which are exact, and the ledger. */
final class CounterStatistics implements ContainerStatistics {
    private final Lock lock;
    private final Runnable sweep;
    private final EndpointLives lives;
    private final CounterTable counters;
    private final FlowLedger ledger;
    private final FlowDescriber describer;

    CounterStatistics(
            final Lock lock,
            final Runnable sweep,
            final EndpointLives lives,
            final CounterTable counters,
            final FlowLedger ledger,
            final FlowDescriber describer) {
        this.lock = lock;
        this.sweep = sweep;
        this.lives = lives;
        this.counters = counters;
        this.ledger = ledger;
        this.describer = describer;
    }

    @Override
    public List<ContainerStats> read() {
        return locked(
                causes -> lives.attached().stream().map(life -> stats(life, causes)).toList());
    }

    @Override
    public Optional<ContainerStats> read(final int endpoint) {
        return locked(causes -> of(endpoint, causes));
    }

    /** As of the last sweep; the caller holds the lock. */
    Optional<ContainerStats> swept(final int endpoint) {
        return of(endpoint, DropCauses.of(ledger, describer));
    }

    private Optional<ContainerStats> of(final int endpoint, final DropCauses causes) {
        return lives.attached(endpoint).map(life -> stats(life, causes));
    }

    private <T> T locked(final Function<DropCauses, T> read) {
        lock.lock();
        try {
            sweep.run();
            return read.apply(DropCauses.of(ledger, describer));
        } finally {
            lock.unlock();
        }
    }

    private ContainerStats stats(final EndpointLife life, final DropCauses causes) {
        final CounterBaseline since =
                CounterBaseline.read(counters, life.number).since(life.baseline);
        final Endpoint endpoint = lives.endpoint(life.serial);
        return new ContainerStats(
                life.number,
                endpoint.id(),
                endpoint.containerId(),
                endpoint.namespace(),
                endpoint.pod(),
                traffic(life, since, Direction.INGRESS),
                traffic(life, since, Direction.EGRESS),
                drops(since),
                causes.of(life, since),
                overflow(life, since),
                new Count(life.pushedOut.packets(), life.pushedOut.bytes()),
                life.activeFlows,
                since.flowsCreated(),
                since.flowsEvicted(),
                new ContainerStats.Connections(
                        since.connectionsOpened(),
                        since.connectionsFailed(),
                        life.handshakes.total(),
                        life.handshakes.network(),
                        life.handshakes.container(),
                        life.insight.rtt(),
                        life.insight.retransmittedPackets,
                        life.insight.retransmittedBytes,
                        life.insight.outOfOrder,
                        life.insight.zeroWindows),
                life.dns == null ? null : life.dns.figures(System.nanoTime(), since.dnsLost()));
    }

    private static ContainerStats.Traffic traffic(
            final EndpointLife life, final CounterBaseline since, final Direction direction) {
        Count allowed = Count.ZERO;
        Count denied = Count.ZERO;
        Count audit = Count.ZERO;
        final Map<String, Count> byReason = new LinkedHashMap<>();
        for (final Reason reason : Reason.values()) {
            final long packets = since.packets(direction, reason);
            final long bytes = since.bytes(direction, reason);
            if (packets == 0) {
                continue;
            }
            byReason.put(reason.text(), new Count(packets, bytes));
            if (reason.isDrop()) {
                denied = denied.plus(packets, bytes);
            } else if (reason == Reason.AUDIT) {
                audit = audit.plus(packets, bytes);
            } else {
                allowed = allowed.plus(packets, bytes);
            }
        }
        return new ContainerStats.Traffic(
                allowed, denied, audit, byReason, life.rate.rate(direction.ordinal()));
    }

    private static Map<String, Count> drops(final CounterBaseline since) {
        final Map<String, Count> drops = new TreeMap<>();
        for (final Reason reason : Reason.values()) {
            Count sum = Count.ZERO;
            for (final Direction direction : Direction.values()) {
                sum = sum.plus(since.packets(direction, reason), since.bytes(direction, reason));
            }
            if (reason.isDrop() && sum.packets() > 0) {
                drops.put(reason.text(), sum);
            }
        }
        return drops;
    }

    /** In the datapath's overflow, but for what flows hold already. */
    private static Count overflow(final EndpointLife life, final CounterBaseline since) {
        Count sum = Count.ZERO;
        for (final Direction direction : Direction.values()) {
            sum = sum.plus(since.overflowPackets(direction), since.overflowBytes(direction));
        }
        return sum.plus(-life.twice.packets(), -life.twice.bytes());
    }
}
