package dev.weir.controller.shield;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.attach.HookState.Status;
import dev.weir.dataplane.attach.Hooks;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.Packets;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The shield on a real veth, with the time told by the test. */
@KernelTest
class ShieldControlIT {
    @RegisterExtension static final ProgramUnderTest weir = new ProgramUnderTest();

    private static final int ENDPOINT = 1;
    private long nanos;

    private ShieldControl control(final ShieldMode mode, final Hooks hooks) {
        return new ShieldControl(
                new ShieldSettings(mode, 1_000, 5_000, 1_000),
                hooks,
                weir.dataplane().counters(),
                Clock.systemUTC(),
                () -> nanos);
    }

    private int second(final ShieldControl control) {
        nanos += 1_000_000_000L;
        return control.tick();
    }

    @Test
    void shouldPutTheProgramOnTheVethWhileItsContainerFloods() {
        weir.endpoint(ENDPOINT, "10.1.0.2").policy(ENDPOINT, 5, Direction.EGRESS);
        final byte[] denied = Packets.ip("10.1.0.2", "10.1.0.9").udp(4_000, 9).build();
        try (Netns container = Netns.create()) {
            final int ifIndex = container.veth("eth0").outer().ifIndex();
            final Hooks hooks = weir.dataplane().hooks();
            final ShieldControl control = control(ShieldMode.AUTO, hooks);
            control.attached(ENDPOINT, hooks.inspect(ifIndex));
            assertThat(second(control)).isZero();

            weir.fromContainer(ENDPOINT, denied).dropped();
            /* However they spread over the CPUs, one of them gets a thousand. */
            for (int i = 0; i < 2_000 * Runtime.getRuntime().availableProcessors(); i++) {
                weir.fromProgram().testRun().packet(denied).run();
            }
            assertThat(second(control)).isEqualTo(1);
            assertThat(hooks.inspect(ifIndex).shield().status()).isEqualTo(Status.CURRENT);
            assertThat(hooks.inspect(ifIndex).shield().mechanism()).isEqualTo("xdp-native");

            for (int i = 0; i < 5; i++) {
                assertThat(second(control)).isZero();
            }
            assertThat(second(control)).isEqualTo(1);
            assertThat(hooks.inspect(ifIndex).shield().status()).isEqualTo(Status.MISSING);
        }
    }
}
