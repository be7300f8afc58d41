package dev.weir.dataplane;

import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.BpfHooks;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.attach.LinkPins;
import dev.weir.dataplane.capture.PacketCapture;
import dev.weir.dataplane.capture.PacketFilter;
import dev.weir.dataplane.clock.KernelClock;
import dev.weir.dataplane.event.CpuLogs;
import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.event.EvictionLogs;
import dev.weir.dataplane.event.RingBuffer;
import dev.weir.dataplane.feature.Feature;
import dev.weir.dataplane.feature.FeatureProbe;
import dev.weir.dataplane.feature.KernelFeatures;
import dev.weir.dataplane.grace.GracePeriods;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.judge.KernelJudge;
import dev.weir.dataplane.layout.ControlLayout;
import dev.weir.dataplane.map.BpfFs;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.object.ProgramInfo;
import dev.weir.dataplane.process.KernelProcesses;
import dev.weir.dataplane.table.BpfCidrTable;
import dev.weir.dataplane.table.BpfConnectionTable;
import dev.weir.dataplane.table.BpfControlTable;
import dev.weir.dataplane.table.BpfEndpointTable;
import dev.weir.dataplane.table.BpfForwardingTable;
import dev.weir.dataplane.table.BpfPeerTable;
import dev.weir.dataplane.table.BpfPolicyTable;
import dev.weir.dataplane.table.CidrTable;
import dev.weir.dataplane.table.ConnectionTable;
import dev.weir.dataplane.table.ControlTable;
import dev.weir.dataplane.table.CounterTable;
import dev.weir.dataplane.table.DeniedRegions;
import dev.weir.dataplane.table.EndpointTable;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.table.ForwardingTable;
import dev.weir.dataplane.table.PeerTable;
import dev.weir.dataplane.table.PolicyTable;
import dev.weir.dataplane.table.Redirection;
import dev.weir.dataplane.table.RuleCounters;
import dev.weir.dataplane.table.TableSpec;
import dev.weir.dataplane.table.TableUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link Dataplane} over the kernel. */
final class KernelDataplane implements Dataplane {
    private final Resources resources = new Resources();
    private final Map<TableSpec, BpfMap> maps = new LinkedHashMap<>();
    private final List<BpfProgram> programs = new ArrayList<>();
    private final DataplaneOptions options;
    private final TableSet tables;
    private final Generation generation;
    private final KernelFeatures features;
    private final GracePeriods grace;
    private final KernelClock clock;
    private final KernelJudge judge;
    private final EndpointTable endpoints;
    private final PeerTable peers;
    private final CidrTable cidrs;
    private final PolicyTable policies;
    private final BpfControlTable control;
    private final ForwardingTable forwarding;
    private final Redirection redirection;
    private final ConnectionTable connections;
    private final FlowRegions flows;
    private final DeniedRegions denied;
    private final CounterTable counters;
    private final RuleCounters rules;
    private final EvictionLogs events;
    private final RingBuffer dns;
    private final CpuLogs told;
    private final BpfHooks hooks;
    private final Loader loader;
    private final Usage usage;

    private KernelDataplane(
            final DataplaneOptions options,
            final GracePeriods grace,
            final KernelFeatures features,
            final TableSet tables,
            final Generation generation) {
        this.options = options;
        this.grace = grace;
        this.features = features;
        this.tables = tables;
        this.generation = generation;
        try {
            loader = new Loader(options, tables, generation, resources);
            final LoadedObject tc = loader.tc();
            final BpfProgram shield = loader.shield();
            final BpfProgram clockProgram = loader.clockProgram();
            loader.openMaps(maps);
            clock = loader.clock(clockProgram);
            judge = new KernelJudgeSource(loader.askProgram());
            endpoints =
                    new BpfEndpointTable(
                            memory(TableSpec.ENDPOINTS).view(0, bytes(TableSpec.ENDPOINTS)),
                            memory(TableSpec.INTERFACES).view(0, bytes(TableSpec.INTERFACES)));
            peers = new BpfPeerTable(maps.get(TableSpec.PEERS));
            cidrs = new BpfCidrTable(maps.get(TableSpec.CIDRS_V4), maps.get(TableSpec.CIDRS_V6));
            policies = new BpfPolicyTable(maps.get(TableSpec.POLICY));
            control =
                    new BpfControlTable(
                            memory(TableSpec.CONTROL).view(0, ControlLayout.LENGTH), clock, grace);
            forwarding =
                    new BpfForwardingTable(
                            memory(TableSpec.FDB).view(0, bytes(TableSpec.FDB)),
                            control::awaitGrace);
            redirection =
                    new Redirection(
                            memory(TableSpec.CONTROL).view(0, ControlLayout.LENGTH),
                            clock,
                            control::awaitGrace);
            connections = new BpfConnectionTable(maps.get(TableSpec.CONNTRACK), generation.seed());
            final TableSizes sizes = tables.sizes();
            flows =
                    resources.add(
                            new FlowRegions(
                                    maps.get(TableSpec.FLOWS),
                                    maps.get(TableSpec.FLOW_DETAILS),
                                    maps.get(TableSpec.FLOW_STAMPS),
                                    tables.cpus(),
                                    sizes.flowsPerCpu()));
            denied =
                    resources.add(
                            new DeniedRegions(
                                    maps.get(TableSpec.DENIED),
                                    tables.cpus(),
                                    sizes.deniedPerCpu()));
            counters =
                    resources.add(
                            new CounterTable(
                                    maps.get(TableSpec.COUNTERS),
                                    tables.cpus(),
                                    sizes.endpoints()));
            rules =
                    resources.add(
                            new RuleCounters(
                                    maps.get(TableSpec.RULES), tables.cpus(), sizes.rules()));
            events =
                    new EvictionLogs(
                            logs(TableSpec.EVENT_LOGS, TableSpec.EVENTS, tables.eventRecords()));
            dns = resources.add(new RingBuffer(maps.get(TableSpec.DNS)));
            told = logs(TableSpec.PROCESS_LOGS, TableSpec.PROCESSES, tables.processRecords());
            hooks = hooks(tc, shield);
            usage = resources.add(new Usage(this, told, tables, maps));
            finish();
        } catch (final RuntimeException e) {
            abandon(e);
            throw e;
        }
    }

    static KernelDataplane open(final DataplaneOptions options) {
        BpfFs.require(options.pinRoot());
        final GracePeriods grace = GracePeriods.open(options.graceMode());
        final KernelFeatures features = grace.hurry(FeatureProbe::run);
        for (final Feature feature : Feature.values()) {
            if (feature.required() && !features.has(feature)) {
                throw new IllegalStateException(
                        "this kernel cannot run Weir: " + features.of(feature).reason());
            }
        }
        if (options.attachMode() == AttachMode.TCX && !features.has(Feature.TCX)) {
            throw new IllegalStateException(features.of(Feature.TCX).reason());
        }
        final int cpus = BpfException.check(Native.possibleCpus(), "count", "the possible CPUs");
        final TableSet tables = new TableSet(options.sizes().on(cpus), cpus);
        return new KernelDataplane(
                features.has(Feature.REDIRECT_COUNTED) ? options : options.withRedirect(false),
                grace,
                features,
                tables,
                Generation.choose(options.pinRoot(), tables));
    }

    private BpfHooks hooks(final LoadedObject tc, final BpfProgram shield) {
        final BpfProgram from = resources.add(tc.program("weir_from_container"));
        final BpfProgram to = resources.add(tc.program("weir_to_container"));
        programs.add(from);
        programs.add(to);
        if (shield != null) {
            programs.add(shield);
        }
        final AttachMode mode =
                options.attachMode() != AttachMode.AUTO
                        ? options.attachMode()
                        : features.has(Feature.TCX) ? AttachMode.TCX : AttachMode.CLSACT;
        return new BpfHooks(
                new BpfHooks.Programs(from, to, shield),
                new LinkPins(options.pinRoot()),
                mode,
                grace);
    }

    private void finish() {
        control.flowsKnown(0); // whoever knew them is gone
        if (generation.fresh()) {
            control.timeouts(ControlTable.Timeouts.defaults());
            control.finish();
        }
    }

    private void abandon(final RuntimeException cause) {
        try {
            resources.close();
            if (generation.fresh()) {
                generation.delete();
            }
        } catch (final RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private MappedMemory memory(final TableSpec spec) {
        return resources.add(MappedMemory.ofArray(maps.get(spec)));
    }

    private CpuLogs logs(final TableSpec logs, final TableSpec records, final int recordsOfCpu) {
        return new CpuLogs(
                memory(logs).view(0, bytes(logs)),
                memory(records).view(0, bytes(records)),
                tables.cpus(),
                recordsOfCpu,
                records.valueSize());
    }

    private long bytes(final TableSpec spec) {
        return (long) tables.entries().get(spec) * spec.valueSize();
    }

    @Override
    public EndpointTable endpoints() {
        return endpoints;
    }

    @Override
    public PeerTable peers() {
        return peers;
    }

    @Override
    public CidrTable cidrs() {
        return cidrs;
    }

    @Override
    public PolicyTable policies() {
        return policies;
    }

    @Override
    public ControlTable control() {
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
    public ConnectionTable connections() {
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

    @Override
    public EventSource events() {
        return events;
    }

    @Override
    public EventSource dns() {
        return dns;
    }

    @Override
    public KernelClock clock() {
        return clock;
    }

    @Override
    public KernelJudge judge() {
        return judge;
    }

    @Override
    public Hooks hooks() {
        return hooks;
    }

    @Override
    public PacketCapture capture(final PacketFilter filter, final int ringBytes) {
        return loader.capture(hooks, filter, ringBytes, redirection);
    }

    @Override
    public KernelProcesses processes() {
        return loader.processes(told, maps.get(TableSpec.PROCESS_SOCKETS));
    }

    @Override
    public KernelFeatures features() {
        return features;
    }

    @Override
    public GracePeriods.State gracePeriods() {
        return grace.state();
    }

    @Override
    public List<TableUsage> usage() {
        return usage.read();
    }

    @Override
    public List<ProgramInfo> programs() {
        return programs.stream().map(BpfProgram::info).toList();
    }

    @Override
    public boolean takenOver() {
        return !generation.fresh();
    }

    @Override
    public void retireOlderGenerations() {
        for (final Generation other : Generation.all(options.pinRoot())) {
            if (other.number() != generation.number()) {
                other.delete();
            }
        }
    }

    @Override
    public void destroy() {
        for (final int ifIndex : hooks.attached()) {
            hooks.detach(ifIndex);
        }
        close();
        DataplanePins.remove(options.pinRoot());
    }

    @Override
    public void close() {
        resources.close();
    }
}
