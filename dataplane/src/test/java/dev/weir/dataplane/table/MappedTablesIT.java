package dev.weir.dataplane.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.EndpointCounters;
import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowStamps;
import dev.weir.dataplane.layout.FlowWriter;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.map.BpfMap;
import dev.weir.dataplane.map.MapType;
import dev.weir.dataplane.map.MappedMemory;
import dev.weir.dataplane.testkit.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;

@KernelTest
class MappedTablesIT {
    private static final int CPUS = 3;
    private static final int MMAPABLE = 1 << 10;

    private static BpfMap array(final int valueLength, final int entries) {
        return BpfMap.create("test", MapType.ARRAY, 4, valueLength, entries, MMAPABLE);
    }

    private static long mappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.endsWith("bpf-map")).count();
        }
    }

    @Test
    void shouldShowTheSameEntriesThroughWindowsAsInTheMap() throws IOException {
        final int slots = 20_001; // two full windows and a part of one, at no multiple of a page
        final FlowKey key =
                new FlowKey(1, IpAddress.parse("10.1.0.2"), IpAddress.parse("10.1.0.3"), 1, 2, 17);
        try (BpfMap entries = array(FlowEntry.ENTRY_LENGTH, CPUS * slots);
                BpfMap details = array(FlowEntry.DETAIL_LENGTH, CPUS * slots);
                BpfMap stamps = array(FlowStamps.LENGTH, CPUS)) {
            try (MappedMemory first = MappedMemory.ofArray(entries);
                    MappedMemory second = MappedMemory.ofArray(details)) {
                for (int i = 0; i < CPUS * slots; i += 7) {
                    new FlowWriter(
                                    first.view(0, (long) CPUS * slots * FlowEntry.ENTRY_LENGTH),
                                    second.view(0, (long) CPUS * slots * FlowEntry.DETAIL_LENGTH),
                                    i)
                            .key(key)
                            .packets(Direction.INGRESS, i)
                            .putInt(FlowEntry.CREATED_OFFSET, i);
                }
            }
            final long before = mappings();
            final FlowRegions flows = new FlowRegions(entries, details, stamps, CPUS, slots);
            final FlowEntry copy = new FlowEntry();
            int seen = 0;
            for (int cpu = 0; cpu < CPUS; cpu++) {
                for (int first = 0; first < slots; first += flows.windowSlots()) {
                    final AtomicBuffer window = flows.window(cpu, first);
                    assertThat(mappings()).isBetween(before + 1, before + 2);
                    final AtomicBuffer beside = flows.details();
                    assertThat(mappings()).isEqualTo(before + 2);
                    for (int i = 0; i < window.capacity() / FlowEntry.ENTRY_LENGTH; i++) {
                        final int index = cpu * slots + first + i;
                        assertThat(copy.copy(window, beside, i)).isEqualTo(index % 7 == 0);
                        if (index % 7 == 0) {
                            assertThat(copy.packets(Direction.INGRESS)).isEqualTo(index);
                            assertThat(copy.created()).isEqualTo(index);
                        }
                        seen++;
                    }
                }
            }
            flows.release();

            assertThat(seen).isEqualTo(CPUS * slots);
            assertThat(flows.used()).isZero(); // the programs would have stamped what they wrote
            try (MappedMemory memory = MappedMemory.ofArray(stamps)) {
                memory.view(0, CPUS * FlowStamps.LENGTH)
                        .setMemory(0, CPUS * FlowStamps.LENGTH, (byte) 1);
            }
            assertThat(flows.used()).isEqualTo((CPUS * slots + 6) / 7);
            assertThat(mappings()).isEqualTo(before);
        }
    }

    @Test
    void shouldMapOfTheCountersOnlyWhatIsRead() throws IOException {
        final int endpoints = 4_096;
        try (BpfMap map = array(EndpointCounters.LENGTH, CPUS * endpoints)) {
            final int last = endpoints - 1;
            try (MappedMemory memory = MappedMemory.ofArray(map)) {
                for (int cpu = 0; cpu < CPUS; cpu++) {
                    final long record = (long) (cpu * endpoints + last) * EndpointCounters.LENGTH;
                    memory.view(record, EndpointCounters.LENGTH)
                            .putLong(EndpointCounters.FLOWS_CREATED_OFFSET, 10 + cpu);
                }
            }
            final long before = mappings();
            try (CounterTable counters = new CounterTable(map, CPUS, endpoints)) {
                assertThat(counters.flowsCreated(last)).isEqualTo(10 + 11 + 12);
                assertThat(counters.flowsCreated(1)).isZero();
                assertThat(mappings()).isBetween(before + 1, before + 2 * CPUS);
            }
            assertThat(mappings()).isEqualTo(before);
        }
    }

    @Test
    void shouldReadTheCountersOfRules() {
        try (BpfMap map = array(RuleCounters.LENGTH, 2 * 70)) {
            try (MappedMemory memory = MappedMemory.ofArray(map)) {
                memory.view((70 + 69) * RuleCounters.LENGTH, RuleCounters.LENGTH).putLong(8, 1_500);
                memory.view(69 * RuleCounters.LENGTH, RuleCounters.LENGTH).putLong(8, 60);
            }
            try (RuleCounters rules = new RuleCounters(map, 2, 70)) {
                assertThat(rules.bytes(69)).isEqualTo(1_560);
                assertThat(rules.packets(69)).isZero();
            }
        }
    }
}
