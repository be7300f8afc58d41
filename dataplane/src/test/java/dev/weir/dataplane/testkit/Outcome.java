package dev.weir.dataplane.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.object.TestRun;
import java.util.Map;

/**
 * What one run of a program did: its verdict, and the counters that moved. Every assertion also
 * holds that the packet was counted exactly once.
 */
public final class Outcome {
    private static final int TC_PASS = -1;
    private static final int TC_SHOT = 2;
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;

    private final ProgramUnderTest program;
    private final boolean xdp;
    private final int endpoint;
    private final Direction direction;
    private final byte[] packet;
    private final TestRun.Result result;
    private final CounterPicture counted;

    Outcome(
            final ProgramUnderTest program,
            final boolean xdp,
            final int endpoint,
            final Direction direction,
            final byte[] packet,
            final TestRun.Result result,
            final CounterPicture counted) {
        this.program = program;
        this.xdp = xdp;
        this.endpoint = endpoint;
        this.direction = direction;
        this.packet = packet;
        this.result = result;
        this.counted = counted;
    }

    /** TC: passed, for the reason and counted under it. XDP: left to TC, and not counted. */
    public Outcome passed() {
        assertThat(result.returnValue()).as(this::describe).isEqualTo(xdp ? XDP_PASS : TC_PASS);
        return xdp ? uncounted() : countedOnce();
    }

    public Outcome dropped() {
        assertThat(result.returnValue()).as(this::describe).isEqualTo(xdp ? XDP_DROP : TC_SHOT);
        return countedOnce();
    }

    public Outcome droppedFor(final Reason reason) {
        return dropped().because(reason);
    }

    /** The one reason whose counter moved. */
    public Outcome because(final Reason reason) {
        assertThat(reason()).as(this::describe).isEqualTo(reason);
        return this;
    }

    /** Rule in the cache entry of the packet's flow. */
    public Outcome byRule(final int rule) {
        assertThat(flow().rule()).as(this::describe).isEqualTo(rule);
        return this;
    }

    /** Nothing was counted at all. */
    public Outcome uncounted() {
        assertThat(counted.counts().get(direction)).as(this::describe).isEmpty();
        return this;
    }

    public Reason reason() {
        final Map<Reason, CounterPicture.Count> moved = counted.counts().get(direction);
        assertThat(moved).as(this::describe).hasSize(1);
        return moved.keySet().iterator().next();
    }

    /** The cache entry of the packet's flow, told by its ports. */
    public FlowEntry flow() {
        final int[] ports = ports();
        return program.flow(endpoint, ports[0], ports[1])
                .orElseThrow(() -> new AssertionError("no flow: " + describe()));
    }

    /** Counters that moved. */
    public CounterPicture counted() {
        return counted;
    }

    public int returnValue() {
        return result.returnValue();
    }

    /** The packet as the program left it. */
    public byte[] packet() {
        return result.packet();
    }

    private Outcome countedOnce() {
        assertThat(counted.counts().get(direction)).as(this::describe).hasSize(1);
        assertThat(counted.counts().get(direction.reverse())).as(this::describe).isEmpty();
        return this;
    }

    /** Local and remote, from an untagged packet without IP options or extension headers. */
    private int[] ports() {
        final int transport = packet[12] == 0x08 ? 34 : 54;
        final int source = u16(transport);
        final int destination = u16(transport + 2);
        return direction == Direction.EGRESS
                ? new int[] {source, destination}
                : new int[] {destination, source};
    }

    private int u16(final int offset) {
        return (packet[offset] & 0xFF) << 8 | packet[offset + 1] & 0xFF;
    }

    private String describe() {
        return "answer "
                + result.returnValue()
                + ", counted "
                + counted.counts()
                + " for packet "
                + Packets.hex(packet);
    }
}
