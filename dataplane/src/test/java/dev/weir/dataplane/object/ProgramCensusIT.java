package dev.weir.dataplane.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.testkit.KernelTest;
import org.junit.jupiter.api.Test;

@KernelTest
class ProgramCensusIT {
    private final ProgramCensus xdp = new ProgramCensus(BpfProgram.XDP);

    @Test
    void shouldFindProgramsOfItsTypeAsLongAsTheyAreLoaded() {
        final int first;
        final int second;
        final int filter;
        try (BpfProgram one = BpfProgram.empty(BpfProgram.XDP, 2);
                BpfProgram other = BpfProgram.empty(BpfProgram.SCHED_CLS, 0)) {
            first = one.info().id();
            filter = other.info().id();
            assertThat(xdp.take()).contains(first).doesNotContain(filter);
            try (BpfProgram late = BpfProgram.empty(BpfProgram.XDP, 2)) {
                second = late.info().id();
                assertThat(xdp.take()).contains(first, second).doesNotContain(filter);
            }
            assertThat(xdp.take()).contains(first).doesNotContain(second, filter);
        }
        assertThat(xdp.take()).doesNotContain(first, second, filter);
    }
}
