package dev.weir.controller.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.DeniedEntry;
import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The sweep's offsets are those of the dataplane's flyweights, which agree with the compiler. */
class EntryLayoutTest {
    private final UnsafeBuffer memory =
            new UnsafeBuffer(ByteBuffer.allocateDirect(EntryLayout.FLOW.length));

    @Test
    void shouldReadFlowsWhereTheDataplaneDoes() {
        final EntryLayout layout = EntryLayout.FLOW;
        memory.putShort(layout.endpointOffset, (short) 7);
        memory.putInt(layout.epochOffset, 8);
        memory.putLong(layout.packets0Offset, 1);
        memory.putLong(layout.packets1Offset, 2);
        memory.putLong(layout.bytes0Offset, 3);
        memory.putLong(layout.bytes1Offset, 4);
        memory.putInt(layout.firstSeenOffset, 5);
        memory.putInt(layout.lastSeenOffset, 6);
        memory.putInt(EntryLayout.FLOW_REVISION, 9);
        memory.putByte(EntryLayout.FLOW_VERDICT, (byte) 1);
        memory.putByte(EntryLayout.FLOW_REASON, (byte) 2);
        memory.putByte(EntryLayout.FLOW_FLAGS, (byte) EntryLayout.OPENED_BY_LOCAL);
        memory.putByte(EntryLayout.FLOW_STATE, (byte) 3);
        memory.putInt(EntryLayout.FLOW_RULE, 10);
        memory.putInt(EntryLayout.FLOW_REMOTE_IDENTITY, 11);
        memory.putInt(EntryLayout.FLOW_HANDSHAKE_NETWORK, 12);
        memory.putInt(EntryLayout.FLOW_HANDSHAKE_CONTAINER, 13);
        memory.putByte(EntryLayout.FLOW_TCP_FLAGS + 1, (byte) 14);
        memory.putByte(EntryLayout.FLOW_DSCP, (byte) 15);
        memory.putByte(EntryLayout.FLOW_ICMP_TYPE, (byte) 16);
        memory.putByte(EntryLayout.FLOW_ICMP_CODE, (byte) 17);
        memory.putInt(EntryLayout.FLOW_CREATED, 18);
        memory.putShort(EntryLayout.FLOW_TOLD, (short) 19);
        memory.putByte(EntryLayout.FLOW_KNOWN, (byte) EntryLayout.KNOWN_NUMBERS);
        memory.putByte(EntryLayout.FLOW_ECN, (byte) 20);
        memory.putShort(EntryLayout.FLOW_VLAN, (short) 21);

        final FlowEntry flow = new FlowEntry().wrap(memory, 0);

        assertThat(flow.endpoint()).isEqualTo(7);
        assertThat(flow.epoch()).isEqualTo(8);
        assertThat(flow.packets(Direction.INGRESS)).isEqualTo(1);
        assertThat(flow.packets(Direction.EGRESS)).isEqualTo(2);
        assertThat(flow.bytes(Direction.INGRESS)).isEqualTo(3);
        assertThat(flow.bytes(Direction.EGRESS)).isEqualTo(4);
        assertThat(flow.firstSeen()).isEqualTo(5);
        assertThat(flow.lastSeen()).isEqualTo(6);
        assertThat(flow.revision()).isEqualTo(9);
        assertThat(flow.verdict().ordinal()).isEqualTo(1);
        assertThat(flow.reason().ordinal()).isEqualTo(2);
        assertThat(flow.openedByLocal()).isTrue();
        assertThat(flow.state().ordinal()).isEqualTo(3);
        assertThat(flow.rule()).isEqualTo(10);
        assertThat(flow.remoteIdentity()).isEqualTo(11);
        assertThat(flow.handshakeNetworkNanos()).isEqualTo(12);
        assertThat(flow.handshakeContainerNanos()).isEqualTo(13);
        assertThat(flow.tcpFlags(Direction.EGRESS)).isEqualTo(14);
        assertThat(flow.dscp()).isEqualTo(15);
        assertThat(flow.icmpType()).isEqualTo(16);
        assertThat(flow.icmpCode()).isEqualTo(17);
        assertThat(flow.created()).isEqualTo(18);
        assertThat(flow.told()).isEqualTo(19);
        assertThat(flow.hasInsight()).isTrue();
        assertThat(flow.ecn()).isEqualTo(20);
        assertThat(flow.vlan()).isEqualTo(21);
        assertThat(EntryLayout.KNOWN_INSIGHT).isEqualTo(FlowEntry.KNOWN_INSIGHT);
        assertThat(EntryLayout.FLOW_INSIGHT).isEqualTo(FlowEntry.INSIGHT_OFFSET);
        assertThat(EntryLayout.REPLIED).isEqualTo(FlowEntry.REPLIED);
        assertThat(EntryLayout.UNCACHED).isEqualTo(FlowEntry.UNCACHED);
        assertThat(EntryLayout.FLOW.length).isEqualTo(FlowEntry.LENGTH);
    }

    @Test
    void shouldReadDeniedTrafficWhereTheDataplaneDoes() {
        final EntryLayout layout = EntryLayout.DENIED;
        memory.putShort(EntryLayout.DENIED_SERVICE_PORT, (short) 80, ByteOrder.BIG_ENDIAN);
        memory.putShort(layout.endpointOffset, (short) 7);
        memory.putByte(EntryLayout.DENIED_PROTOCOL, (byte) 6);
        memory.putByte(EntryLayout.DENIED_DIRECTION, (byte) 1);
        memory.putByte(EntryLayout.DENIED_REASON, (byte) 8);
        memory.putInt(EntryLayout.DENIED_REVISION, 2);
        memory.putInt(EntryLayout.DENIED_RULE, 3);
        memory.putInt(EntryLayout.DENIED_REMOTE_IDENTITY, 4);
        memory.putInt(layout.firstSeenOffset, 5);
        memory.putInt(layout.lastSeenOffset, 6);
        memory.putInt(layout.epochOffset, 10);
        memory.putShort(EntryLayout.DENIED_CLIENT_PORT, (short) 4_000, ByteOrder.BIG_ENDIAN);
        memory.putLong(layout.packets0Offset, 11);
        memory.putLong(layout.bytes0Offset, 12);

        final DeniedEntry denied = new DeniedEntry().wrap(memory, 0);

        assertThat(denied.servicePort()).isEqualTo(80);
        assertThat(denied.endpoint()).isEqualTo(7);
        assertThat(denied.protocol()).isEqualTo(6);
        assertThat(denied.direction()).isEqualTo(Direction.EGRESS);
        assertThat(denied.reason().ordinal()).isEqualTo(8);
        assertThat(denied.revision()).isEqualTo(2);
        assertThat(denied.rule()).isEqualTo(3);
        assertThat(denied.remoteIdentity()).isEqualTo(4);
        assertThat(denied.firstSeen()).isEqualTo(5);
        assertThat(denied.lastSeen()).isEqualTo(6);
        assertThat(denied.epoch()).isEqualTo(10);
        assertThat(denied.clientPort()).isEqualTo(4_000);
        assertThat(denied.packets()).isEqualTo(11);
        assertThat(denied.bytes()).isEqualTo(12);
    }
}
