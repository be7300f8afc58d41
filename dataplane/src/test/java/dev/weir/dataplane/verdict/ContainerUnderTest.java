package dev.weir.dataplane.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.jni.Native;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.KeyHash;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.object.BpfObject;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.LoadedObject;
import dev.weir.dataplane.object.TestRun;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import dev.weir.dataplane.testkit.OnCpu;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import dev.weir.dataplane.verdict.ProgramTables.ControlWord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The shipped programs with tables of their own, run by BPF_PROG_TEST_RUN: given rules, when this
 * packet, then this verdict. Each run also proves that the packet was counted exactly once, in
 * every table that has to know of it.
 *
 * <p>A static field: loaded once a class, emptied before each test. There is one container then,
 * number {@link #CONTAINER}, not isolated. The test's thread stays on one CPU.
 */
public final class ContainerUnderTest
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** Number of the container that is there from the start. */
    public static final int CONTAINER = 1;

    /** Its addresses and its MAC, the one that {@link Packets} sends from. */
    public static final String LOCAL4 = "10.1.0.2";

    public static final String LOCAL6 = "fd00::2";
    public static final String MAC = "02:00:00:00:00:01";

    /** Number of the policy that {@link #given} writes. */
    public static final int POLICY = 7;

    /** The revision in force at the start. */
    public static final int FIRST_REVISION = 100;

    private static final int LOOPBACK = 1; // the one interface that is always there
    private static final int LONG = 1 << 28; // jiffies: nothing expires unless a test says so

    private final ProgramSizes sizes;
    private final Set<Direction> isolated = EnumSet.noneOf(Direction.class);
    private TemporaryBpffs bpffs;
    private OnCpu cpu;
    private ProgramTables tables;
    private Witness witness;
    private BpfProgram fromContainer;
    private BpfProgram toContainer;
    private BpfProgram shield;
    private BpfProgram clock;

    public ContainerUnderTest() {
        this(ProgramSizes.small());
    }

    public ContainerUnderTest(final ProgramSizes sizes) {
        this.sizes = sizes;
    }

    /** Where the build leaves the objects. */
    public static Path objects() {
        final Path beside = Path.of("../bpf/target");
        return Files.isDirectory(beside) ? beside : Path.of("bpf/target");
    }

    @Override
    public void beforeAll(final ExtensionContext context) throws IOException {
        bpffs = TemporaryBpffs.mount();
        try (LoadedObject tc = load("weir_tc.bpf.o");
                LoadedObject xdp = load("weir_xdp.bpf.o");
                LoadedObject clocks =
                        BpfObject.open(objects().resolve("weir_clock.bpf.o")).load()) {
            clock = clocks.program("weir_clock");
            fromContainer = tc.program("weir_from_container");
            toContainer = tc.program("weir_to_container");
            shield = xdp.program("weir_shield");
            tables = new ProgramTables(tc, sizes, Native.possibleCpus());
        }
        witness = new Witness(tables);
    }

    @Override
    public void beforeEach(final ExtensionContext context) {
        cpu = OnCpu.pin(0);
        tables.clear();
        isolated.clear();
        for (final ControlWord word : ControlWord.values()) {
            tables.control(word, LONG);
        }
        tables.control(ControlWord.FLAGS, 0);
        tables.control(ControlWord.UNTIMED, 0);
        tables.control(ControlWord.FLOWS_KNOWN, 0);
        tables.control(ControlWord.REVISION, FIRST_REVISION);
        endpoint(CONTAINER, MAC, LOCAL4, LOCAL6);
        bind(CONTAINER);
    }

    private LoadedObject load(final String file) {
        final int cpus = Native.possibleCpus();
        final BpfObject object = BpfObject.open(objects().resolve(file));
        object.set("weir_flow_buckets", sizes.flows() / 4);
        object.set("weir_flow_part_shift", FlowStamps.shift(sizes.flows() / 4));
        object.set("weir_denied_buckets", sizes.denied() / 4);
        object.set("weir_endpoints_max", sizes.endpoints());
        object.set("weir_rules_max", sizes.rules());
        object.setIfPresent("weir_cpus", cpus);
        object.setIfPresent("weir_hash_keys", new KeyHash(ProgramTables.SEED).keys());
        object.maxEntries("weir_endpoints", sizes.endpoints());
        object.maxEntries("weir_flows", cpus * sizes.flows() / 4);
        object.maxEntries("weir_flow_details", cpus * sizes.flows());
        object.maxEntries("weir_flow_stamps", cpus);
        object.maxEntries("weir_denied", cpus * sizes.denied() / 4);
        object.maxEntries("weir_counters", cpus * sizes.endpoints());
        object.maxEntries("weir_rules", cpus * sizes.rules());
        object.set("weir_connection_buckets", sizes.conntrack() / 16);
        object.maxEntries("weir_conntrack", sizes.conntrack() / 16);
        object.set("weir_event_records", sizes.eventRecords());
        object.maxEntries("weir_event_logs", cpus);
        object.maxEntries("weir_events", cpus * sizes.eventRecords());
        for (final String map : object.mapNames()) {
            if (map.startsWith("weir_")) {
                object.pinPath(map, bpffs.path().resolve(map));
            }
        }
        return object.load();
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        cpu.close();
    }

    @Override
    public void afterAll(final ExtensionContext context) throws IOException {
        for (final AutoCloseable part :
                new AutoCloseable[] {tables, fromContainer, toContainer, shield, clock, bpffs}) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (final Exception e) {
                throw new IOException(e);
            }
        }
    }

    /** Direct access, for what only some tests need. */
    public ProgramTables tables() {
        return tables;
    }

    public void endpoint(final int number, final String mac, final String... addresses) {
        final IpAddress[] parsed = new IpAddress[addresses.length];
        for (int i = 0; i < parsed.length; i++) {
            parsed[i] = IpAddress.parse(addresses[i]);
        }
        tables.endpoint(number, MacAddress.parse(mac), parsed);
    }

    /** The packets that follow are of this endpoint; 0 = of nobody that we manage. */
    public void bind(final int endpoint) {
        tables.bind(LOOPBACK, endpoint);
    }

    /** An address has an identity, now and ever. */
    public void peer(final String address, final int identity) {
        tables.peer(IpAddress.parse(address), identity, identity, FIRST_REVISION - 1);
    }

    /** A prefix has an identity. */
    public void cidr(final String prefix, final int identity) {
        final IpPrefix parsed = IpPrefix.parse(prefix);
        tables.cidr(parsed, identity, identity, FIRST_REVISION - 1);
        final int flags = tables.control(ControlWord.FLAGS);
        tables.control(ControlWord.FLAGS, flags | (parsed.isIpv4() ? 2 : 4));
    }

    /** The node is judged like any peer. */
    public void hostPolicy() {
        tables.control(ControlWord.FLAGS, tables.control(ControlWord.FLAGS) | 1);
    }

    /** In these directions nothing opens unless a rule given afterwards allows it. */
    public ContainerUnderTest isolated(final Direction... directions) {
        isolated.addAll(List.of(directions));
        return given();
    }

    /** The container's rules, in force at once. */
    public ContainerUnderTest given(final Rule... rules) {
        prepare(revision(), POLICY, isolated, rules);
        return this;
    }

    /** Writes a policy for a revision; it is in force when that is. */
    public void prepare(
            final int revision,
            final int policy,
            final Set<Direction> directions,
            final Rule... rules) {
        prepare(CONTAINER, revision, policy, directions, rules);
    }

    /** As above, for another endpoint. */
    public void prepare(
            final int endpoint,
            final int revision,
            final int policy,
            final Set<Direction> directions,
            final Rule... rules) {
        final Map<PolicyKey, PolicyRow> rows = new HashMap<>();
        int flags = rules.length == 0 ? 0 : ProgramUnderTest.EVERY_LOOKUP;
        for (final Rule rule : rules) {
            if (rule.verdict() == RowVerdict.DENY && !rule.audited()) {
                flags |= PolicyFlags.of(PolicyFlags.DENIES, rule.direction());
            }
            addRow(rows, policy, rule);
        }
        rows.forEach(tables::row);
        tables.policyWord(
                endpoint,
                revision,
                EndpointPolicy.of(
                                policy,
                                directions.contains(Direction.INGRESS),
                                directions.contains(Direction.EGRESS),
                                flags)
                        .word());
    }

    private static void addRow(
            final Map<PolicyKey, PolicyRow> rows, final int policy, final Rule rule) {
        final PolicyKey root = PolicyKey.root(policy, rule.identity(), rule.direction());
        final int lengths = rows.getOrDefault(root, PolicyRow.root(0)).prefixLengths();
        if (rule.protocol() == 0) {
            rows.put(root, rule.row().withPrefixLengths(lengths));
            return;
        }
        rows.put(
                root,
                rows.getOrDefault(root, PolicyRow.root(0))
                        .withPrefixLengths(lengths | 1 << rule.prefixLength()));
        rows.put(
                new PolicyKey(
                        policy,
                        rule.identity(),
                        rule.direction(),
                        rule.protocol(),
                        rule.prefixLength(),
                        rule.port()),
                rule.row());
    }

    public int revision() {
        return tables.control(ControlWord.REVISION);
    }

    /** The one store that puts what was prepared in force. */
    public void revision(final int revision) {
        tables.control(ControlWord.REVISION, revision);
    }

    /** Every packet asks conntrack: no answer from the cache. */
    public void neverCached() {
        tables.control(ControlWord.REFRESH, 0);
    }

    /** The low half of the kernel's jiffies, as the programs see it. */
    public int jiffies() {
        final byte[] answer = clock.testRun().packet(new byte[64]).run().packet();
        return ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()).getInt(0);
    }

    /** Returns in another jiffy than it was called in. */
    public void awaitJiffy() {
        final int before = jiffies();
        final long deadline = System.nanoTime() + 5_000_000_000L;
        while (jiffies() == before) {
            assertThat(System.nanoTime()).as("a jiffy passes").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** When the container sends this packet. */
    public Outcome fromContainer(final Packets packet) {
        return fromContainer(packet.build());
    }

    public Outcome fromContainer(final byte[] packet) {
        return run(fromContainer, Direction.EGRESS, packet, 1, packet.length);
    }

    /** When this packet comes for the container. */
    public Outcome toContainer(final Packets packet) {
        return toContainer(packet.build());
    }

    public Outcome toContainer(final byte[] packet) {
        return run(toContainer, Direction.INGRESS, packet, 1, packet.length);
    }

    /**
     * When the container sends a packet that the stack will cut.
     *
     * @param headers of the packet, which every segment repeats
     */
    public Outcome segmentsFromContainer(
            final byte[] packet, final int segments, final int size, final int headers) {
        return witness.of(
                Direction.EGRESS,
                segments,
                packet.length + (segments - 1L) * headers,
                () -> skb(fromContainer, packet).gso(segments, size).run().returnValue() != 2);
    }

    /** When the shield sees what the container sends; what it passes it must not count. */
    public Outcome shield(final Packets packet) {
        return shield(packet.build());
    }

    public Outcome shield(final byte[] packet) {
        return witness.of(
                Direction.EGRESS,
                1,
                packet.length,
                () ->
                        shield.testRun().packet(packet).xdp(LOOPBACK, 0).run().returnValue()
                                != 1 /* XDP_DROP */);
    }

    /**
     * For tests of the counting itself: runs the packet so many times without looking, on whichever
     * CPU the caller is.
     */
    public void send(final Direction direction, final byte[] packet, final int times) {
        skb(direction == Direction.EGRESS ? fromContainer : toContainer, packet)
                .repeat(times)
                .run();
    }

    private Outcome run(
            final BpfProgram program,
            final Direction direction,
            final byte[] packet,
            final long packets,
            final long bytes) {
        return witness.of(
                direction,
                packets,
                bytes,
                () -> {
                    final int result = skb(program, packet).run().returnValue();
                    assertThat(result).as("TC_ACT_UNSPEC or TC_ACT_SHOT").isIn(-1, 2);
                    return result != 2;
                });
    }

    private static TestRun skb(final BpfProgram program, final byte[] packet) {
        return program.testRun().packet(packet).skb(LOOPBACK, 0);
    }
}
