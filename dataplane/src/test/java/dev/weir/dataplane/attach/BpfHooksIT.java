package dev.weir.dataplane.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.Dataplane;
import dev.weir.dataplane.DataplaneOptions;
import dev.weir.dataplane.TableSizes;
import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.link.KernelLink;
import dev.weir.dataplane.netlink.TrafficFilters;
import dev.weir.dataplane.netlink.XdpHook;
import dev.weir.dataplane.object.BpfProgram;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import dev.weir.dataplane.testkit.TemporaryBpffs;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@KernelTest
class BpfHooksIT {
    private static final TableSizes SMALL =
            new TableSizes(256, 1024, 64, 16, 1024, 256, 4096, 1024, 64, 64 << 10);
    private static final int XDP_PASS = 2;
    private static final int TC_PASS = -1;

    @RegisterExtension final TemporaryBpffs bpffs = new TemporaryBpffs();

    private Netns container;
    private int ifIndex;
    private String name;

    @BeforeEach
    void makeContainer() {
        container = Netns.create();
        final Netns.Veth veth = container.veth("eth0");
        ifIndex = veth.outer().ifIndex();
        name = veth.outer().name();
    }

    @AfterEach
    void removeContainer() {
        container.close();
    }

    private Dataplane open(final AttachMode mode) {
        return Dataplane.open(
                DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot())
                        .withSizes(SMALL)
                        .withAttachMode(mode));
    }

    @ParameterizedTest
    @EnumSource(names = {"TCX", "CLSACT"})
    void shouldAttachBothProgramsAndTakeThemOffAsOftenAsAsked(final AttachMode mode) {
        try (Dataplane weir = open(mode)) {
            assertThat(weir.hooks().mode()).isEqualTo(mode);
            assertThat(weir.hooks().inspect(ifIndex).enforcing()).isFalse();

            weir.hooks().attach(ifIndex);
            final InterfaceHooks there = weir.hooks().attach(ifIndex);

            assertThat(there.enforcing()).isTrue();
            assertThat(there.from().mechanism()).isEqualTo(mode.name().toLowerCase());
            assertThat(there.from().programId()).isEqualTo(weir.programs().get(0).id());
            assertThat(there.shield().status()).isEqualTo(HookState.Status.MISSING);
            assertThat(weir.hooks().attached()).containsExactly(ifIndex);

            weir.hooks().detach(ifIndex);
            weir.hooks().detach(ifIndex);
            assertThat(weir.hooks().inspect(ifIndex).from().status())
                    .isEqualTo(HookState.Status.MISSING);
            assertThat(weir.hooks().attached()).isEmpty();
            assertThat(Netns.host("tc", "qdisc", "show", "dev", name)).doesNotContain("clsact");
        }
    }

    @Test
    void shouldLeaveAForeignQdiscAndFilterAlone() throws Exception {
        final Path pin = bpffs.path().resolve("foreign");
        try (BpfProgram foreign = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS);
                Dataplane weir = open(AttachMode.CLSACT)) {
            foreign.pin(pin);
            Netns.host("tc", "qdisc", "add", "dev", name, "clsact");
            addForeignFilter(pin);

            weir.hooks().attach(ifIndex);
            assertThat(weir.hooks().inspect(ifIndex).enforcing()).isTrue();
            assertThat(TrafficFilters.count(ifIndex)).isEqualTo(3);
            weir.hooks().detach(ifIndex);

            assertThat(TrafficFilters.count(ifIndex)).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepOurQdiscWhileAForeignFilterIsInIt() throws Exception {
        final Path pin = bpffs.path().resolve("foreign");
        try (BpfProgram foreign = BpfProgram.empty(BpfProgram.SCHED_CLS, TC_PASS);
                Dataplane weir = open(AttachMode.CLSACT)) {
            foreign.pin(pin);
            weir.hooks().attach(ifIndex);
            addForeignFilter(pin);

            weir.hooks().detach(ifIndex);

            assertThat(TrafficFilters.count(ifIndex)).isEqualTo(1);
        }
    }

    private void addForeignFilter(final Path pin) {
        Netns.host(
                "tc",
                "filter",
                "add",
                "dev",
                name,
                "ingress",
                "prio",
                "10",
                "bpf",
                "da",
                "object-pinned",
                pin.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE", "GENERIC"})
    void shouldPutTheShieldUpAndDown(final XdpMode mode) {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            weir.hooks().attach(ifIndex);

            final HookState up = weir.hooks().xdpOn(ifIndex, mode);

            assertThat(up.status()).isEqualTo(HookState.Status.CURRENT);
            assertThat(up.mechanism()).isEqualTo("xdp-" + mode.name().toLowerCase());
            assertThat(weir.hooks().xdpOn(ifIndex, mode)).isEqualTo(up);
            weir.hooks().xdpOff(ifIndex);
            weir.hooks().xdpOff(ifIndex);
            assertThat(XdpHook.of(ifIndex).programId()).isZero();
            assertThat(weir.hooks().inspect(ifIndex).enforcing()).isTrue();
        }
    }

    @Test
    void shouldChangeTheShieldsModeWhenAsked() {
        try (Dataplane weir = open(AttachMode.AUTO)) {
            weir.hooks().xdpOn(ifIndex, XdpMode.GENERIC);
            assertThat(weir.hooks().xdpOn(ifIndex, XdpMode.AUTO).mechanism())
                    .isEqualTo("xdp-native");
            weir.hooks().detach(ifIndex);
            assertThat(XdpHook.of(ifIndex).programId()).isZero();
        }
    }

    @Test
    void shouldReportAForeignXdpProgramAndLeaveIt() {
        try (BpfProgram foreign = BpfProgram.empty(BpfProgram.XDP, XDP_PASS);
                KernelLink link = KernelLink.xdp(foreign, ifIndex, false);
                Dataplane weir = open(AttachMode.AUTO)) {
            final HookState state = weir.hooks().xdpOn(ifIndex, XdpMode.NATIVE);

            assertThat(state.status()).isEqualTo(HookState.Status.FOREIGN);
            assertThat(state.programId()).isEqualTo(foreign.info().id());
            assertThat(state.detail()).contains("\"weir_probe\" is not ours and stays");
            weir.hooks().detach(ifIndex);
            assertThat(link.info().ifIndex()).isEqualTo(ifIndex);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCX", "CLSACT"})
    void shouldReplaceTheProgramOfAnEarlierAgent(final AttachMode before) {
        try (Dataplane earlier = open(before)) {
            earlier.hooks().attach(ifIndex);
            earlier.hooks().xdpOn(ifIndex, XdpMode.NATIVE);
        }
        for (final AttachMode after : new AttachMode[] {AttachMode.TCX, AttachMode.CLSACT}) {
            try (Dataplane later = open(after)) {
                final InterfaceHooks found = later.hooks().inspect(ifIndex);
                assertThat(found.from().status()).isEqualTo(HookState.Status.OUTDATED);
                assertThat(found.to().status()).isEqualTo(HookState.Status.OUTDATED);
                assertThat(found.shield().status()).isEqualTo(HookState.Status.OUTDATED);

                final InterfaceHooks now = later.hooks().attach(ifIndex);

                assertThat(now.enforcing()).isTrue();
                assertThat(now.from().mechanism()).isEqualTo(after.name().toLowerCase());
                assertThat(now.shield().status()).isEqualTo(HookState.Status.CURRENT);
                assertThat(TrafficFilters.count(ifIndex))
                        .isEqualTo(after == AttachMode.TCX ? 0 : 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCX", "CLSACT"})
    void shouldForgetAnInterfaceThatIsGone(final AttachMode mode) {
        try (Dataplane weir = open(mode)) {
            weir.hooks().attach(ifIndex);
            Netns.host("ip", "link", "delete", name);

            assertThat(weir.hooks().inspect(ifIndex).enforcing()).isFalse();
            assertThat(weir.hooks().attached()).containsExactly(ifIndex);
            weir.hooks().detach(ifIndex);

            assertThat(weir.hooks().attached()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCX", "CLSACT"})
    void shouldSayThatThereIsNoSuchInterface(final AttachMode mode) {
        try (Dataplane weir = open(mode)) {
            assertThatThrownBy(() -> weir.hooks().attach(0x7FFF_0000))
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.is(Errno.ENODEV)).isTrue());
            assertThat(weir.hooks().attached()).isEmpty();
        }
    }

    @Test
    void shouldRefuseTheShieldWhereXdpIsOff() {
        try (Dataplane weir =
                Dataplane.open(
                        DataplaneOptions.of(ProgramUnderTest.objects(), bpffs.pinRoot())
                                .withSizes(SMALL)
                                .withXdpMode(XdpMode.OFF))) {
            assertThatThrownBy(() -> weir.hooks().xdpOn(ifIndex, XdpMode.NATIVE))
                    .hasMessage("xdp: off (expected: auto, native or generic)");
        }
    }
}
