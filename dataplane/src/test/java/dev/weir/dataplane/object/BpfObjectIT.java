package dev.weir.dataplane.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.dataplane.jni.BpfException;
import dev.weir.dataplane.jni.Errno;
import dev.weir.dataplane.jni.VerifierException;
import dev.weir.dataplane.layout.KeyHash;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class BpfObjectIT {
    private static final Path CLOCK = ProgramUnderTest.objects().resolve("weir_clock.bpf.o");
    private static final Path TC = ProgramUnderTest.objects().resolve("weir_tc.bpf.o");

    @TempDir Path folder;

    private Path refused() {
        final Path object = folder.resolve("refused.bpf.o");
        Netns.host(
                "clang",
                "-O2",
                "-g",
                "-target",
                "bpf",
                "-I/usr/include/x86_64-linux-gnu",
                "-I/usr/include/aarch64-linux-gnu",
                "-c",
                ProgramUnderTest.objects()
                        .resolve("../../dataplane/src/test/bpf/refused.bpf.c")
                        .toString(),
                "-o",
                object.toString());
        return object;
    }

    @Test
    void shouldSayWhyTheVerifierRefused() {
        try (BpfObject object = BpfObject.open(refused())) {
            assertThatThrownBy(object::load)
                    .isInstanceOfSatisfying(
                            VerifierException.class,
                            e -> {
                                assertThat(e).hasMessageContaining("EACCES");
                                assertThat(e).hasMessageContaining("outside of the packet");
                                assertThat(e.log())
                                        .contains("invalid access to packet")
                                        .contains("processed");
                            });
        }
    }

    @Test
    void shouldSetAKnobOfTheRightSizeOnly() {
        try (BpfObject object = BpfObject.open(refused())) {
            object.set("knob", 7).setIfPresent("absent", 7);
            assertThatThrownBy(() -> object.set("absent", 7))
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.is(Errno.ENOENT)).isTrue())
                    .hasMessageContaining("variable absent");
            assertThatThrownBy(() -> object.setIfPresent("knob", new long[] {7}))
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.is(Errno.EINVAL)).isTrue());
        }
    }

    @Test
    void shouldHaveEveryKnobThatTheLoaderSets() {
        try (BpfObject object = BpfObject.open(TC)) {
            for (final String knob :
                    new String[] {
                        "weir_flow_buckets",
                        "weir_denied_buckets",
                        "weir_endpoints_max",
                        "weir_rules_max",
                        "weir_processes_on",
                        "weir_cpus",
                        "weir_flow_part_shift"
                    }) {
                object.set(knob, 64);
            }
            object.setIfPresent("weir_hash_keys", new KeyHash(1).keys());
            assertThat(object.mapNames()).contains("weir_flows", "weir_control");
            assertThat(object.programNames()).contains("weir_from_container", "weir_to_container");
        }
    }

    @Test
    void shouldRunALoadedProgramOnAPacket() {
        try (BpfObject object = BpfObject.open(CLOCK);
                LoadedObject loaded = object.load();
                BpfProgram program = loaded.program("weir_clock")) {
            final TestRun.Result result = program.testRun().packet(new byte[60]).repeat(100).run();

            assertThat(result.returnValue()).isZero();
            assertThat(result.packet()).hasSize(60).isNotEqualTo(new byte[60]);
            assertThat(result.nanos()).isPositive();
            assertThat(program.info().tag()).matches("[0-9a-f]{16}");
            try (BpfProgram again = BpfProgram.byId(program.info().id())) {
                assertThat(again.info().name()).isEqualTo("weir_clock");
            }
        }
    }

    @Test
    void shouldGiveMapsAndProgramsThatOutliveTheObject() {
        final BpfMap map;
        try (BpfObject object = BpfObject.open(TC)) {
            try (LoadedObject loaded = object.load()) {
                map = loaded.map("weir_peers");
                assertThatThrownBy(object::mapNames).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> loaded.program("absent"))
                        .hasMessageContaining("find program absent");
            }
        }
        assertThat(map.info().keySize()).isEqualTo(16);
        map.close();
        map.close();
        assertThatThrownBy(map::memoryBytes).hasMessage("map weir_peers: closed");
    }

    @Test
    void shouldRefuseAFileThatIsNoObject() throws IOException {
        final Path text = Files.writeString(folder.resolve("text.bpf.o"), "not an object");

        assertThatThrownBy(() -> BpfObject.open(text))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("text.bpf.o");
        assertThatThrownBy(() -> BpfObject.open(folder.resolve("absent.bpf.o")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("absent.bpf.o (expected: a BPF object)");
    }
}
