package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.FlowEntry;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.table.ControlTable.Timeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowExpiryTest {
    private final FlowRows rows = new FlowRows(1);
    private final FlowRow flow = rows.wrap(new FlowRow(), rows.take());
    private final FlowExpiry expiry =
            new FlowExpiry(Timeouts.defaults(), millis -> (int) (millis / 4));

    private void assertOverAfterMillis(final long millis) {
        flow.putLong(FlowRow.LAST_SEEN, 1_000);
        assertThat(expiry.isOver(flow, 1_000 + millis / 4)).isFalse();
        assertThat(expiry.isOver(flow, 1_001 + millis / 4)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "SYN_SENT, 60000",
        "SYN_ACKED, 60000",
        "ESTABLISHED, 28800000",
        "CLOSING, 60000",
        "CLOSED, 1000",
        "RESET, 1000",
        "REFUSED, 1000"
    })
    void shouldEndTcpByItsState(final TcpState state, final long millis) {
        flow.putByte(FlowRow.KEY + 38, Protocols.TCP);
        flow.putByte(FlowRow.STATE, state.ordinal());

        assertOverAfterMillis(millis);
    }

    @Test
    void shouldKeepUdpLongerWhenItWasAnswered() {
        flow.putByte(FlowRow.KEY + 38, Protocols.UDP);
        assertOverAfterMillis(30_000);
        flow.putByte(FlowRow.FLAGS, FlowEntry.REPLIED);
        assertOverAfterMillis(180_000);
    }

    @Test
    void shouldEndIcmpAndOthersAndDeniedByTheirOwnTimes() {
        flow.putByte(FlowRow.KEY + 38, Protocols.ICMPV6);
        assertOverAfterMillis(10_000);
        flow.putByte(FlowRow.KEY + 38, 47);
        assertOverAfterMillis(60_000);
        flow.putByte(FlowRow.KEY + 38, Protocols.UDP);
        flow.putByte(FlowRow.KEY + 39, FlowRow.DENIED_TAG);
        assertOverAfterMillis(60_000);
    }
}
