package dev.weir.dataplane.verdict;

import static dev.weir.dataplane.layout.Direction.EGRESS;
import static dev.weir.dataplane.layout.Direction.INGRESS;
import static dev.weir.dataplane.verdict.ContainerUnderTest.LOCAL4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.table.FlowRegions;
import dev.weir.dataplane.testkit.Await;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Packets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever reads the flow cache is told where something was written, and of no part in vain. */
@KernelTest
class FlowStampsIT {
    private static final int FLOWS = 1_024;
    private static final String REMOTE = "10.2.0.1";

    @RegisterExtension
    static final ContainerUnderTest container =
            new ContainerUnderTest(ProgramSizes.small().withFlows(FLOWS));

    private final FlowRegions flows = container.tables().flows();
    private final FlowEntry entry = new FlowEntry();

    private void send(final int port) {
        container.send(EGRESS, Packets.ip(LOCAL4, REMOTE).udp(port, 53).build(), 1);
    }

    private void answer(final int port) {
        container.send(INGRESS, Packets.ip(REMOTE, LOCAL4).udp(53, port).build(), 1);
    }

    /** What the stamps of CPU 0 should be after what its entries say. */
    private int[] lastSeenByPart() {
        final int[] newest = new int[FLOWS / flows.partSlots()];
        for (int slot = 0; slot < FLOWS; slot++) {
            if (flows.read(0, slot, entry)) {
                final int part = slot / flows.partSlots();
                if (newest[part] == 0 || entry.lastSeen() - newest[part] > 0) {
                    newest[part] = entry.lastSeen();
                }
            }
        }
        return newest;
    }

    private int[] stamps() {
        final int[] stamps = new int[FLOWS / flows.partSlots()];
        Arrays.setAll(stamps, part -> flows.written(0, part));
        return stamps;
    }

    @Test
    void shouldStampThePartThatAFlowBeginsIn() {
        final Set<Integer> touched = new HashSet<>();
        for (int port = 5_000; port < 5_200; port++) {
            send(port);
            assertThat(stamps()).isEqualTo(lastSeenByPart());
            for (int part = 0; part < stamps().length; part++) {
                if (stamps()[part] != 0) {
                    touched.add(part);
                }
            }
            assertThat(touched).hasSizeLessThanOrEqualTo(port - 4_999);
        }

        assertThat(touched).hasSizeGreaterThan(32);
        assertThat(flows.used()).isEqualTo(200);
    }

    @Test
    void shouldStampItAgainWhenTheFlowGoesOn() throws Exception {
        send(5_000);
        final int[] before = stamps();
        Await.until(
                () -> {
                    answer(5_000);
                    return !Arrays.equals(stamps(), before);
                },
                "another stamp in a later jiffy");

        assertThat(stamps()).isEqualTo(lastSeenByPart());
        assertThat(flows.used()).isEqualTo(1);
    }
}
