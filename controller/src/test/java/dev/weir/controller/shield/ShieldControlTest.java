package dev.weir.controller.shield;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.attach.HookState.Status;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.table.CounterTable;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ShieldControlTest {
    private static final int ENDPOINT = 3;
    private static final int IF_INDEX = 42;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicBuffer[] cpus = {cpu(), cpu()};
    private final RecordedHooks hooks = new RecordedHooks();
    private long nanos;

    private static AtomicBuffer cpu() {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(8 * EndpointCounters.LENGTH));
    }

    private ShieldControl control(final ShieldMode mode) {
        return new ShieldControl(
                ShieldSettings.defaults(mode),
                hooks,
                new CounterTable(cpus, 8),
                Clock.fixed(NOON, ZoneOffset.UTC),
                () -> nanos);
    }

    private void deny(final int cpu, final Direction direction, final Reason reason, final long n) {
        final int at =
                ENDPOINT * EndpointCounters.LENGTH
                        + EndpointCounters.reasonOffset(direction, reason);
        cpus[cpu].putLong(at, cpus[cpu].getLong(at) + n);
    }

    private void second(final ShieldControl control) {
        nanos += 1_000_000_000L;
        control.tick();
    }

    @Test
    void shouldGoUpOnTheVethOfAContainerThatFloodsOneCpu() {
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        deny(1, Direction.EGRESS, Reason.NO_RULE, 712_000);

        second(control);

        assertThat(hooks.calls).containsExactly("on 42 NATIVE");
        assertThat(control.state(ENDPOINT))
                .contains(
                        new ShieldState(
                                ENDPOINT,
                                true,
                                "auto",
                                NOON,
                                "712000 denied packets/s on CPU 1 (threshold 600000)",
                                712_000));
    }

    @Test
    void shouldStayDownWhenTheFloodIsSpreadOverCpusOrComesFromOutside() {
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        deny(0, Direction.EGRESS, Reason.NO_RULE, 400_000);
        deny(1, Direction.EGRESS, Reason.SPOOFED_ADDRESS, 400_000);
        deny(1, Direction.INGRESS, Reason.NO_RULE, 5_000_000);
        deny(1, Direction.EGRESS, Reason.POLICY, 5_000_000);

        second(control);

        assertThat(hooks.calls).isEmpty();
    }

    @Test
    void shouldNotCountWhatHappenedBeforeTheEndpointWasAttached() {
        deny(0, Direction.EGRESS, Reason.NO_RULE, 5_000_000);
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));

        second(control);

        assertThat(control.state(ENDPOINT).orElseThrow().deniedPerSecond()).isZero();
        assertThat(hooks.calls).isEmpty();
    }

    @Test
    void shouldComeDownFiveSecondsAfterTheFlood() {
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        deny(0, Direction.EGRESS, Reason.DENY_RULE, 700_000);
        second(control);

        for (int i = 0; i < 5; i++) {
            second(control);
            assertThat(control.state(ENDPOINT).orElseThrow().on()).isTrue();
        }
        second(control);

        assertThat(hooks.calls).containsExactly("on 42 NATIVE", "off 42");
        assertThat(control.state(ENDPOINT).orElseThrow().why())
                .isEqualTo("below 300000 denied packets/s for 5000 ms");
    }

    @Test
    void shouldLeaveAForeignProgramAloneAndSaySo() {
        hooks.shields.put(IF_INDEX, Status.FOREIGN);
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        for (int i = 0; i < 10; i++) {
            deny(0, Direction.EGRESS, Reason.NO_RULE, 700_000);
            second(control);
        }

        assertThat(hooks.calls).containsExactly("on 42 NATIVE");
        assertThat(hooks.shields).containsEntry(IF_INDEX, Status.FOREIGN);
        assertThat(control.state(ENDPOINT).orElseThrow().on()).isFalse();
        assertThat(control.state(ENDPOINT).orElseThrow().why())
                .isEqualTo("program 77 of another owner");
    }

    @Test
    void shouldTryAgainAMinuteAfterTheKernelRefused() {
        hooks.failure = new BpfException("attach xdp to interface 42", 95);
        final ShieldControl control = control(ShieldMode.NATIVE);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        assertThat(control.state(ENDPOINT).orElseThrow().why()).contains("attach xdp");
        hooks.failure = null;

        for (int i = 0; i < 59; i++) {
            second(control);
        }
        assertThat(hooks.calls).hasSize(1);
        second(control);

        assertThat(hooks.calls).containsExactly("on 42 NATIVE", "on 42 NATIVE");
        assertThat(control.state(ENDPOINT).orElseThrow().on()).isTrue();
    }

    @Test
    void shouldKeepItUpOnEveryVethWhenTheSettingSaysSo() {
        final ShieldControl control = control(ShieldMode.GENERIC);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        for (int i = 0; i < 20; i++) {
            second(control);
        }

        assertThat(hooks.calls).containsExactly("on 42 GENERIC");
        assertThat(control.state(ENDPOINT).orElseThrow().on()).isTrue();
    }

    @Test
    void shouldTakeDownWhatAnEarlierAgentLeftWhenTheSettingIsOff() {
        hooks.shields.put(IF_INDEX, Status.CURRENT);
        final ShieldControl control = control(ShieldMode.OFF);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));

        assertThat(hooks.calls).containsExactly("off 42");
        assertThat(control.state(ENDPOINT).orElseThrow().on()).isFalse();
    }

    @Test
    void shouldTakeOverAShieldThatIsUpAndLowerItWhenItIsCalm() {
        hooks.shields.put(IF_INDEX, Status.CURRENT);
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        assertThat(control.state(ENDPOINT).orElseThrow().on()).isTrue();

        for (int i = 0; i < 7; i++) {
            second(control);
        }

        assertThat(hooks.calls).containsExactly("off 42");
    }

    @Test
    void shouldNotStartAnewWhenAnEndpointIsToldTwice() {
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        deny(0, Direction.EGRESS, Reason.NO_RULE, 700_000);
        second(control);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));

        assertThat(control.state(ENDPOINT).orElseThrow().on()).isTrue();
        assertThat(hooks.calls).containsExactly("on 42 NATIVE");
    }

    @Test
    void shouldForgetAnEndpointThatIsGone() {
        final ShieldControl control = control(ShieldMode.AUTO);
        control.attached(ENDPOINT, hooks.inspect(IF_INDEX));
        control.detached(ENDPOINT);

        assertThat(control.states()).isEmpty();
    }
}
