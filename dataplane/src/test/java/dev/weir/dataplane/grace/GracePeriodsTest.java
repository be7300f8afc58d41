package dev.weir.dataplane.grace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GracePeriodsTest {
    private static final String OURS = Integer.toString(GracePeriods.OURS);

    @TempDir private Path sys;

    @BeforeEach
    void makeSys() throws IOException {
        Files.createDirectories(sys.resolve("kernel"));
        Files.createDirectories(sys.resolve("devices/system/cpu"));
        write("kernel/rcu_expedited", "0\n");
        write("kernel/rcu_normal", "0\n");
        write("devices/system/cpu/isolated", "\n");
        write("devices/system/cpu/nohz_full", "(null)\n");
    }

    @Test
    void shouldHurryForTheMomentAndNoLonger() throws IOException {
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        assertThat(grace.state()).isEqualTo(new GracePeriods.State(true, ""));
        assertThat(value()).isEqualTo("0");
        assertThat(grace.hurry(this::value)).isEqualTo(OURS);
        assertThat(value()).isEqualTo("0");
    }

    @Test
    void shouldGoOnUntilTheOutermostIsDone() {
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        grace.hurry(
                () -> {
                    grace.hurry(() -> assertThat(value()).isEqualTo(OURS));
                    assertThat(value()).isEqualTo(OURS);
                });

        assertThat(value()).isEqualTo("0");
    }

    @Test
    void shouldEndWhenTheBodyFails() {
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        assertThatThrownBy(
                        () ->
                                grace.hurry(
                                        () -> {
                                            throw new IllegalStateException("no such interface");
                                        }))
                .hasMessage("no such interface");

        assertThat(value()).isEqualTo("0");
    }

    @Test
    void shouldLeaveWhatSomebodyElseSet() throws IOException {
        write("kernel/rcu_expedited", "1\n");
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        assertThat(grace.state().expedited()).isTrue();
        assertThat(grace.hurry(this::value)).isEqualTo("1");
        assertThat(value()).isEqualTo("1");
    }

    @Test
    void shouldLeaveWhatSomebodyElseSetsMeanwhile() {
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        grace.hurry(() -> write("kernel/rcu_expedited", "1"));

        assertThat(value()).isEqualTo("1");
    }

    @Test
    void shouldTakeBackWhatAKilledAgentLeft() {
        write("kernel/rcu_expedited", OURS);

        GracePeriods.open(GraceMode.NORMAL, sys);

        assertThat(value()).isEqualTo("0");
    }

    @Test
    void shouldDoNothingWhenTheSettingsSaySo() {
        final GracePeriods grace = GracePeriods.open(GraceMode.NORMAL, sys);

        assertThat(grace.state().reason()).contains("gracePeriods: normal");
        assertThat(grace.hurry(this::value)).isEqualTo("0");
    }

    @Test
    void shouldDoNothingWhenCpusMustNotBeInterrupted() {
        write("devices/system/cpu/nohz_full", "2-7\n");
        final GracePeriods grace = GracePeriods.open(GraceMode.AUTO, sys);

        assertThat(grace.state().reason()).contains("CPUs 2-7 are nohz_full");
        assertThat(grace.hurry(this::value)).isEqualTo("0");

        write("devices/system/cpu/nohz_full", "(null)\n");
        write("devices/system/cpu/isolated", "3\n");

        assertThat(GracePeriods.open(GraceMode.AUTO, sys).state().reason())
                .contains("CPUs 3 are isolated");
    }

    @Test
    void shouldDoNothingWhereTheKernelExpeditesNone() throws IOException {
        write("kernel/rcu_normal", "1\n");
        assertThat(GracePeriods.open(GraceMode.AUTO, sys).state().reason()).contains("rcu_normal");

        write("kernel/rcu_normal", "0\n");
        Files.delete(sys.resolve("kernel/rcu_expedited"));
        assertThat(GracePeriods.open(GraceMode.AUTO, sys).state().reason())
                .contains("rcu_expedited cannot be written");
    }

    private String value() {
        try {
            return Files.readString(sys.resolve("kernel/rcu_expedited")).strip();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(final String name, final String text) {
        try {
            Files.writeString(sys.resolve(name), text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
