package dev.weir.dataplane.testkit;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.attach.AttachMode;
import dev.weir.dataplane.attach.XdpMode;
import dev.weir.dataplane.grace.GraceMode;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.IpPrefix;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.PolicyFlags;
import dev.weir.dataplane.layout.RowVerdict;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.object.TestRun;
import dev.weir.dataplane.table.EndpointPolicy;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.table.PeerRow;
import dev.weir.dataplane.table.PolicyKey;
import dev.weir.dataplane.table.PolicyRow;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The shipped programs with tables of their own, run on packets by BPF_PROG_TEST_RUN: no interface,
 * no traffic. As a static field it is opened once a class and emptied before each test (fast); as
 * an instance field once a test.
 *
 * <pre>{@code
 * @RegisterExtension static final ProgramUnderTest weir = new ProgramUnderTest();
 *
 * @Test
 * void shouldPassOnlyTheAllowedPort() {
 *     weir.endpoint(1, "10.1.0.2").policy(1, 5, Direction.INGRESS); // isolated for ingress
 *     weir.peer("10.1.0.3", 300).allow(5, 300, Direction.INGRESS, Packets.TCP, 80, 42);
 *
 *     weir.toContainer(1, Packets.ip("10.1.0.3", "10.1.0.2").tcp(4000, 80).flags(SYN).build())
 *             .passed().because(Reason.POLICY).byRule(42);
 * }
 * }</pre>
 */
public final class ProgramUnderTest
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    /** MAC of every endpoint unless told otherwise; also what {@link Packets} sends from. */
    public static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");

    /** Flags of a policy word under which the programs look for every row there could be. */
    public static final int EVERY_LOOKUP =
            0x1FFFF << PolicyFlags.LENGTHS
                    | PolicyFlags.ASK_ROOTS
                    | 3 * (PolicyFlags.ANY_PORTS | PolicyFlags.ANY_ROOT)
                    | 3 * (PolicyFlags.PEER_PORTS | PolicyFlags.PEER_ROOT);

    private static final int LOOPBACK = 1;

    private final TableSizes sizes;
    private final Map<PolicyKey, PolicyRow> rows = new HashMap<>();
    private TemporaryBpffs bpffs;
    private Dataplane dataplane;
    private BpfProgram from;
    private BpfProgram to;
    private BpfProgram shield;
    private boolean once;
    private OnCpu cpu;

    /** Small tables: 256 flows a CPU. */
    public ProgramUnderTest() {
        this(new TableSizes(256, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10));
    }

    public ProgramUnderTest(final TableSizes sizes) {
        this.sizes = sizes;
    }

    /** Folder of the BPF objects: bpf/target of the repository, or the property weir.objects. */
    public static Path objects() {
        final String set = System.getProperty("weir.objects");
        if (set != null) {
            return Path.of(set);
        }
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !folder.resolve("bpf/Makefile").toFile().exists()) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("weir.objects: not set (expected: a folder)");
        }
        return folder.resolve("bpf/target");
    }

    public Dataplane dataplane() {
        return dataplane;
    }

    /**
     * An endpoint on its own number, not isolated; the address list is all that it may send from.
     */
    public ProgramUnderTest endpoint(final int number, final String... addresses) {
        return endpoint(number, MAC, addresses);
    }

    public ProgramUnderTest endpoint(
            final int number, final MacAddress mac, final String... addresses) {
        final List<IpAddress> parsed = Arrays.stream(addresses).map(IpAddress::parse).toList();
        dataplane
                .endpoints()
                .write(number, new EndpointRow(LOOPBACK, mac, 256 + number, 0, parsed));
        return this;
    }

    /** Points the endpoint at a policy number; isolated in the directions given. */
    public ProgramUnderTest policy(
            final int number, final int policy, final Direction... isolated) {
        return policyFrom(dataplane.control().revision(), number, policy, isolated);
    }

    /** The same, for revisions of the parity of {@code revision}: see {@link #revision}. */
    public ProgramUnderTest policyFrom(
            final int revision, final int number, final int policy, final Direction... isolated) {
        final Set<Direction> directions = Set.of(isolated);
        dataplane
                .endpoints()
                .policy(
                        number,
                        revision,
                        EndpointPolicy.of(
                                policy,
                                directions.contains(Direction.INGRESS),
                                directions.contains(Direction.EGRESS),
                                EVERY_LOOKUP));
        return this;
    }

    /** Raises the revision: what was written for it holds from the next packet on. */
    public ProgramUnderTest revision(final int revision) {
        dataplane.control().revision(revision);
        return this;
    }

    public int revision() {
        return dataplane.control().revision();
    }

    /** Gives an address an identity. */
    public ProgramUnderTest peer(final String address, final int identity) {
        final PeerRow row = new PeerRow(identity, identity, 0, 0);
        dataplane.peers().putAll(Map.of(IpAddress.parse(address), row));
        return this;
    }

    /** Gives a prefix an identity and tells the programs to look there. */
    public ProgramUnderTest cidr(final String prefix, final int identity) {
        final PeerRow row = new PeerRow(identity, identity, 0, 0);
        dataplane.cidrs().putAll(Map.of(IpPrefix.parse(prefix), row));
        dataplane.control().flags(false, true, true);
        return this;
    }

    /** One exact port. */
    public ProgramUnderTest allow(
            final int policy,
            final int identity,
            final Direction direction,
            final int protocol,
            final int port,
            final int rule) {
        final PolicyKey key = new PolicyKey(policy, identity, direction, protocol, 16, port);
        return row(key, RowVerdict.ALLOW, rule, rule);
    }

    /** Every protocol and port; identity 0 = any peer. */
    public ProgramUnderTest allowAll(
            final int policy, final int identity, final Direction direction, final int rule) {
        return row(PolicyKey.root(policy, identity, direction), RowVerdict.ALLOW, rule, rule);
    }

    /** Any row, and the root row that leads to it. */
    public ProgramUnderTest row(
            final PolicyKey key, final RowVerdict verdict, final int rule, final int precedence) {
        final PolicyKey root = PolicyKey.root(key.policy(), key.identity(), key.direction());
        final PolicyRow above = rows.getOrDefault(root, PolicyRow.root(0));
        if (key.equals(root)) {
            rows.put(
                    root,
                    PolicyRow.enforced(verdict, rule, precedence)
                            .withPrefixLengths(above.prefixLengths()));
        } else {
            rows.put(key, PolicyRow.enforced(verdict, rule, precedence));
            rows.put(
                    root, above.withPrefixLengths(above.prefixLengths() | 1 << key.prefixLength()));
        }
        dataplane.policies().putAll(rows);
        return this;
    }

    /** The container sends. */
    public Outcome fromContainer(final int endpoint, final byte[] packet) {
        return run(from, endpoint, Direction.EGRESS, packet, run -> run);
    }

    /** The container is to get. */
    public Outcome toContainer(final int endpoint, final byte[] packet) {
        return run(to, endpoint, Direction.INGRESS, packet, run -> run);
    }

    /** The container sends a super-packet of that many segments of that payload. */
    public Outcome fromContainer(
            final int endpoint, final byte[] packet, final int segments, final int payload) {
        return run(
                from,
                endpoint,
                Direction.EGRESS,
                packet,
                run -> run.skb(LOOPBACK, LOOPBACK).gso(segments, payload));
    }

    /** What the container sends, at XDP. */
    public Outcome shield(final int endpoint, final byte[] packet) {
        return run(shield, endpoint, Direction.EGRESS, packet, run -> run);
    }

    /** Runs a program as one likes, with the endpoint bound to the loopback interface. */
    public Outcome run(
            final BpfProgram program,
            final int endpoint,
            final Direction direction,
            final byte[] packet,
            final UnaryOperator<TestRun> how) {
        dataplane.endpoints().bind(LOOPBACK, endpoint);
        final CounterPicture before = CounterPicture.of(dataplane.counters(), endpoint);
        final TestRun.Result result = how.apply(program.testRun().packet(packet)).run();
        final CounterPicture after = CounterPicture.of(dataplane.counters(), endpoint);
        return new Outcome(
                this, program == shield, endpoint, direction, packet, result, after.minus(before));
    }

    public BpfProgram fromProgram() {
        return from;
    }

    public BpfProgram toProgram() {
        return to;
    }

    public BpfProgram shieldProgram() {
        return shield;
    }

    /** The first cache entry of the endpoint with these ports, on any CPU, as a copy. */
    public Optional<FlowEntry> flow(final int endpoint, final int localPort, final int remotePort) {
        for (int cpu = 0; cpu < dataplane.flows().cpus(); cpu++) {
            for (int slot = 0; slot < dataplane.flows().slots(); slot++) {
                final FlowEntry copy = new FlowEntry();
                if (dataplane.flows().read(cpu, slot, copy)
                        && copy.endpoint() == endpoint
                        && copy.localPort() == localPort
                        && copy.remotePort() == remotePort) {
                    return Optional.of(copy);
                }
            }
        }
        return Optional.empty();
    }

    /** Empties every table; counters keep growing. Revision 1, no flags. */
    public void reset() {
        for (int number = 1; number < dataplane.endpoints().capacity(); number++) {
            dataplane.endpoints().clear(number);
        }
        dataplane.connections().removeEndpoints(number -> true);
        dataplane.endpoints().unbind(LOOPBACK);
        dataplane.peers().removeAll(dataplane.peers().readAll().keySet());
        dataplane.cidrs().removeAll(dataplane.cidrs().readAll().keySet());
        dataplane.policies().removeAll(dataplane.policies().readAll().keySet());
        rows.clear();
        for (int cpu = 0; cpu < dataplane.flows().cpus(); cpu++) {
            zero(dataplane.flows().region(cpu));
            zero(dataplane.flows().details());
            zero(dataplane.denied().region(cpu));
        }
        dataplane.events().poll((type, cpu, slot, buffer, offset) -> {}, Integer.MAX_VALUE);
        dataplane.control().flags(false, false, false);
        /* A verdict holds as long as its revision: what the last test was told is of another. */
        dataplane.control().revision(dataplane.control().revision() + 1);
    }

    private static void zero(final AtomicBuffer region) {
        region.setMemory(0, region.capacity(), (byte) 0);
    }

    @Override
    public void beforeAll(final ExtensionContext context) throws Exception {
        once = true;
        open();
    }

    @Override
    public void beforeEach(final ExtensionContext context) throws Exception {
        cpu = OnCpu.pin(0); // a flow is looked for at one CPU, and counted there
        if (!once) {
            open();
        }
        reset();
    }

    @Override
    public void afterEach(final ExtensionContext context) throws Exception {
        cpu.close();
        if (!once) {
            close();
        }
    }

    @Override
    public void afterAll(final ExtensionContext context) throws Exception {
        if (once) {
            close();
        }
    }

    private void open() throws Exception {
        bpffs = TemporaryBpffs.mount();
        try {
            dataplane =
                    Dataplane.open(
                            new DataplaneOptions(
                                    objects(),
                                    bpffs.pinRoot(),
                                    sizes,
                                    AttachMode.AUTO,
                                    XdpMode.AUTO,
                                    GraceMode.AUTO,
                                    true,
                                    true,
                                    true));
            from = byName("weir_from_container");
            to = byName("weir_to_container");
            shield = byName("weir_shield");
            mapEverything();
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What is mapped when it is first read, before somebody counts mappings. */
    private void mapEverything() {
        for (int number = 0; number < dataplane.counters().endpoints(); number++) {
            dataplane.counters().flowsCreated(number);
        }
        for (int rule = 0; rule < dataplane.rules().capacity(); rule++) {
            dataplane.rules().packets(rule);
        }
        dataplane.flows().window(0, 0);
        dataplane.flows().details();
        dataplane.denied().window(0, 0);
    }

    private BpfProgram byName(final String name) {
        return BpfProgram.byId(
                dataplane.programs().stream()
                        .filter(program -> program.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .id());
    }

    private void close() throws Exception {
        for (final AutoCloseable held : new AutoCloseable[] {from, to, shield, dataplane, bpffs}) {
            if (held != null) {
                held.close();
            }
        }
    }
}
