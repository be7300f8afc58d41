package dev.weir.dataplane;

import dev.weir.dataplane.attach.InMemoryHooks;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.EventHandler;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.KernelFeatures;
import dev.weir.dataplane.feature.Support;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.judge.KernelJudge;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.layout.FdbLayout;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.table.BpfForwardingTable;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.ForwardingTable;
import dev.weir.dataplane.table.InMemoryCidrTable;
import dev.weir.dataplane.table.InMemoryConnectionTable;
import dev.weir.dataplane.table.InMemoryControlTable;
import dev.weir.dataplane.table.InMemoryEndpointTable;
import dev.weir.dataplane.table.InMemoryPeerTable;
import dev.weir.dataplane.table.InMemoryPolicyTable;
import dev.weir.dataplane.table.InMemoryRegions;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.RuleCounters;
import dev.weir.dataplane.table.TableUsage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link Dataplane} without a kernel, for the controller's tests. Nothing moves by itself. */
public final class InMemoryDataplane implements Dataplane {
    private static final int CPUS = 2;
    private static final int HZ = 250;

    private final InMemoryEndpointTable endpoints;
    private final InMemoryPeerTable peers;
    private final InMemoryCidrTable cidrs;
    private final InMemoryPolicyTable policies;
    private final InMemoryControlTable control;
    private final ForwardingTable forwarding =
            new BpfForwardingTable(
                    new UnsafeBuffer(new byte[16 * FdbLayout.BUCKET_LENGTH]), () -> {});
    private final Redirection redirection;
    private final InMemoryConnectionTable connections;
    private final FlowRegions flows;
    private final DeniedRegions denied;
    private final CounterTable counters;
    private final RuleCounters rules;
    private final InMemoryHooks hooks = new InMemoryHooks();
    private final KernelClock clock =
            new KernelClock(HZ, () -> new KernelClock.Sample(1_000_000, System.nanoTime()));

    public InMemoryDataplane(final TableSizes sizes) {
        endpoints = new InMemoryEndpointTable(sizes.endpoints());
        peers = new InMemoryPeerTable(sizes.peers());
        cidrs = new InMemoryCidrTable(sizes.cidrs());
        policies = new InMemoryPolicyTable(sizes.policyRows());
        control = new InMemoryControlTable(clock);
        redirection =
                new Redirection(new UnsafeBuffer(new byte[ControlLayout.LENGTH]), clock, () -> {});
        connections = new InMemoryConnectionTable(sizes.conntrack());
        flows = InMemoryRegions.flows(CPUS, sizes.on(CPUS).flowsPerCpu());
        denied = InMemoryRegions.denied(CPUS, sizes.deniedPerCpu());
        counters = InMemoryRegions.counters(CPUS, sizes.endpoints());
        rules = InMemoryRegions.rules(CPUS, sizes.rules());
    }

    @Override
    public InMemoryEndpointTable endpoints() {
        return endpoints;
    }

    @Override
    public InMemoryPeerTable peers() {
        return peers;
    }

    @Override
    public InMemoryCidrTable cidrs() {
        return cidrs;
    }

    @Override
    public InMemoryPolicyTable policies() {
        return policies;
    }

    @Override
    public InMemoryControlTable control() {
        return control;
    }

    @Override
    public ForwardingTable forwarding() {
        return forwarding;
    }

    @Override
    public Redirection redirection() {
        return redirection;
    }

    @Override
    public InMemoryConnectionTable connections() {
        return connections;
    }

    @Override
    public FlowRegions flows() {
        return flows;
    }

    @Override
    public DeniedRegions denied() {
        return denied;
    }

    @Override
    public CounterTable counters() {
        return counters;
    }

    @Override
    public RuleCounters rules() {
        return rules;
    }

    /** An empty ring. */
    @Override
    public EventSource events() {
        return empty();
    }

    /** Another one. */
    @Override
    public EventSource dns() {
        return empty();
    }

    private static EventSource empty() {
        return new EventSource() {
            @Override
            public int poll(final EventHandler handler, final int limit) {
                return 0;
            }

            @Override
            public long pending() {
                return 0;
            }

            @Override
            public long capacity() {
                return 4096;
            }
        };
    }

    @Override
    public KernelClock clock() {
        return clock;
    }

    /** There are no programs here, and so none that knows an endpoint. */
    @Override
    public KernelJudge judge() {
        return (flow, opener) -> Optional.empty();
    }

    @Override
    public InMemoryHooks hooks() {
        return hooks;
    }

    @Override
    public GracePeriods.State gracePeriods() {
        return new GracePeriods.State(false, "no kernel");
    }

    @Override
    public PacketCapture capture(final PacketFilter filter, final int ringBytes) {
        throw new UnsupportedOperationException("a capture needs a kernel");
    }

    @Override
    public KernelProcesses processes() {
        throw new UnsupportedOperationException("no kernel");
    }

    @Override
    public KernelFeatures features() {
        return new KernelFeatures(
                Arrays.stream(Feature.values())
                        .collect(Collectors.toMap(feature -> feature, feature -> Support.YES)));
    }

    @Override
    public List<TableUsage> usage() {
        return List.of(
                new TableUsage("weir_peers", "hash", peers.capacity(), peers.size(), 0),
                new TableUsage("weir_policy", "hash", policies.capacity(), policies.size(), 0));
    }

    @Override
    public List<ProgramInfo> programs() {
        return List.of();
    }

    @Override
    public boolean takenOver() {
        return false;
    }

    @Override
    public void retireOlderGenerations() {}

    @Override
    public void destroy() {}

    @Override
    public void close() {}
}
