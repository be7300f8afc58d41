package dev.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableSizesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 131072",
        "2, 131072",
        "4, 131072",
        "5, 65536",
        "8, 65536",
        "9, 32768",
        "16, 32768",
        "17, 16384",
        "256, 16384",
        "8192, 16384"
    })
    void shouldChooseFlowsByTheNumberOfCpus(final int cpus, final int flows) {
        assertThat(TableSizes.defaults().on(cpus).flowsPerCpu()).isEqualTo(flows);
    }

    @Test
    void shouldKeepFlowsThatWereAskedFor() {
        final TableSizes asked = new TableSizes(256, 16, 1, 2, 1, 1, 1, 2, 64, 4096);

        assertThat(asked.on(64)).isEqualTo(asked);
    }
}
