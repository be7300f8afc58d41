package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.controller.flow.SimulatedDatapath.Flow;
import dev.weir.dataplane.layout.Direction;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Flows + overflow = counters, whatever the datapath does between any two reads of the sweep. */
class ExactCountingTest {
    private static final long AMPLE = 16 << 20;

    @Property(tries = 150)
    void shouldAttributeEachPacketOnceWhenEventsAreLostAndCpusShareFlows(
            @ForAll final long seed,
            @ForAll @IntRange(min = 1, max = 3) final int cpus,
            @ForAll @IntRange(min = 1, max = 8) final int slots,
            @ForAll @IntRange(min = 0, max = 24) final int ring) {
        final Random random = new Random(seed);
        final SimulatedDatapath datapath = new SimulatedDatapath(cpus, slots, slots, ring);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);

        inAnyOrder(fixture, random, 1_500);

        fixture.assertExact();
    }

    @Property(tries = 60)
    void shouldGiveEachConnectionItsOwnPacketsWhenNoEventIsLost(
            @ForAll final long seed, @ForAll @IntRange(min = 1, max = 3) final int cpus) {
        final Random random = new Random(seed);
        final SimulatedDatapath datapath = new SimulatedDatapath(cpus, 4, 4, Integer.MAX_VALUE);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);

        final Map<String, Long> sent = inAnyOrder(fixture, random, 1_000);

        fixture.assertExact();
        assertThat(datapath.overflows).isZero();
        assertThat(fixture.packetsByConnection()).isEqualTo(sent);
    }

    @Test
    void shouldNeedNoEventOfWhatItKnows() {
        final SimulatedDatapath datapath = new SimulatedDatapath(1, 1, 1, 0);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);

        for (int remote = 0; remote < 10; remote++) {
            final Flow flow = new Flow(1, remote, 40_000, 80, 1_000);
            datapath.packet(0, flow, Direction.EGRESS, 100);
            datapath.finish();
            fixture.sweep();
            fixture.sweep();
        }

        fixture.assertExact();
        assertThat(datapath.untold.get()).isEqualTo(9);
        assertThat(datapath.overflows).isZero();
        assertThat(fixture.packetsByConnection())
                .hasSize(10)
                .allSatisfy((of, n) -> assertThat(n).isOne());
        assertThat(fixture.flows.lost()).isZero();
    }

    @Test
    void shouldSeeWhatWasLostBehindWhatItKnew() {
        final SimulatedDatapath datapath = new SimulatedDatapath(1, 1, 1, 0);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);
        datapath.packet(0, new Flow(1, 0, 40_000, 80, 1_000), Direction.EGRESS, 100);
        datapath.finish();
        fixture.sweep();
        fixture.sweep();

        for (int remote = 1; remote < 4; remote++) {
            final Flow flow = new Flow(1, remote, 40_000, 80, 1_000);
            datapath.packet(0, flow, Direction.EGRESS, 100);
            datapath.finish();
        }

        fixture.assertExact();
        assertThat(datapath.untold.get()).isOne();
        assertThat(datapath.overflows).isEqualTo(2);
        assertThat(fixture.flows.lost()).isZero();
    }

    @Test
    void shouldStayExactWhenTheLedgerIsTooSmallForTheFlows() {
        final SweepFixture fixture = withRoomForTwentyFlows(7);

        fixture.assertExact();
        assertThat(fixture.ledger.forcedOut()).isPositive();
        assertThat(fixture.ledger.live() + fixture.ledger.ended()).isLessThanOrEqualTo(20);
    }

    @Test
    void shouldReadTheRingAfterEachWindowOfTheCache() {
        final SimulatedDatapath datapath = new SimulatedDatapath(5, 16, 8, 64);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);
        final int[] calls = {0};
        datapath.meanwhile = () -> calls[0]++;

        assertThat(fixture.flows.scan()).isZero();

        assertThat(calls[0]).isGreaterThanOrEqualTo(5);
    }

    @Test
    void shouldTellOfEachEndpointHowMuchLeftTheHistory() {
        final SweepFixture fixture = withRoomForTwentyFlows(11);

        fixture.assertExact();

        assertThat(fixture.lives.all()).isNotEmpty();
        for (final EndpointLife life : fixture.lives.all()) {
            final Counts told = new Counts();
            told.add(life.pushedOut);
            final Counts one = new Counts();
            fixture.ledger.forEach(
                    flow -> {
                        if (flow.life() == life.serial) {
                            flow.read(one);
                            told.add(one);
                        }
                    });
            assertThat(life.pushedOut.packets()).isPositive();
            assertThat(told.isSame(life.attributed)).as("endpoint %d", life.number).isTrue();
        }
    }

    @Test
    void shouldStayExactWhenTwoCpusWriteWhileTheSweepReads() throws InterruptedException {
        final SimulatedDatapath datapath = new SimulatedDatapath(2, 16, 8, 64);
        final SweepFixture fixture = new SweepFixture(datapath, AMPLE);
        final Thread[] cpus = {cpu(datapath, 0), cpu(datapath, 1)};
        for (final Thread cpu : cpus) {
            cpu.start();
        }
        int sweeps = 0;
        while (cpus[0].isAlive() || cpus[1].isAlive()) {
            fixture.sweep();
            sweeps++;
        }
        for (final Thread cpu : cpus) {
            cpu.join();
        }

        fixture.assertExact();
        assertThat(sweeps).isPositive();
    }

    private static Thread cpu(final SimulatedDatapath datapath, final int cpu) {
        return new Thread(
                () -> {
                    final Random random = new Random(cpu);
                    for (int i = 0; i < 100_000; i++) {
                        packet(datapath, random, cpu);
                        while (datapath.step(cpu)) {}
                    }
                });
    }

    /** More flows than that came by; the datapath is at rest. */
    private static SweepFixture withRoomForTwentyFlows(final long seed) {
        final Random random = new Random(seed);
        final SimulatedDatapath datapath = new SimulatedDatapath(2, 64, 16, 100);
        final SweepFixture fixture = new SweepFixture(datapath, 20 * (FlowRow.LENGTH + 16));
        for (int i = 0; i < 5_000; i++) {
            randomPacket(datapath, random);
            datapath.step(0);
            datapath.step(1);
            if (i % 50 == 0) {
                fixture.sweep();
            }
        }
        datapath.finish();
        return fixture;
    }

    /**
     * So many packets, the CPUs and the sweep at work between any two, and the CPUs within a sweep.
     *
     * @return packets by connection; the datapath is at rest
     */
    private static Map<String, Long> inAnyOrder(
            final SweepFixture fixture, final Random random, final int packets) {
        final SimulatedDatapath datapath = fixture.datapath;
        final Map<String, Long> sent = new HashMap<>();
        datapath.meanwhile = () -> meanwhile(datapath, random);
        for (int i = 0; i < packets; i++) {
            sent.merge(randomPacket(datapath, random), 1L, Long::sum);
            steps(datapath, random, random.nextInt(12));
            if (random.nextInt(40) == 0) {
                fixture.sweep();
            }
        }
        datapath.meanwhile = () -> {};
        datapath.finish();
        return sent;
    }

    private static void meanwhile(final SimulatedDatapath datapath, final Random random) {
        if (random.nextInt(3) == 0) {
            steps(datapath, random, random.nextInt(120));
        }
    }

    /** One CPU at a time may stand still. */
    private static void steps(
            final SimulatedDatapath datapath, final Random random, final int count) {
        final int cpus = datapath.steps.length;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(100) == 0) {
                datapath.stalled = random.nextInt(2 * cpus);
            }
            final int cpu = random.nextInt(cpus);
            if (cpu != datapath.stalled) {
                datapath.step(cpu);
            }
        }
    }

    private static String randomPacket(final SimulatedDatapath datapath, final Random random) {
        return packet(datapath, random, random.nextInt(datapath.steps.length));
    }

    /** Few remotes and few connections a tuple, so that entries change hands and tuples return. */
    private static String packet(
            final SimulatedDatapath datapath, final Random random, final int cpu) {
        final int endpoint = 1 + random.nextInt(3);
        final int remote = random.nextInt(6);
        final Direction direction = Direction.of(random.nextInt(2));
        final int bytes = 60 + random.nextInt(1_400);
        if (random.nextInt(4) == 0) {
            final Flow flow = new Flow(endpoint, remote, 80, 443, 0);
            datapath.deniedPacket(cpu, flow, direction, bytes);
            return endpoint + " " + remote + " denied 0 443";
        }
        final Flow flow = new Flow(endpoint, remote, 40_000, 80, 1_000 + random.nextInt(2));
        datapath.packet(cpu, flow, direction, bytes);
        return endpoint + " " + remote + " " + flow.created() + " 40000 80";
    }
}
