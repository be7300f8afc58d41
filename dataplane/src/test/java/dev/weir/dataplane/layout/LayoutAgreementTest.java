package dev.weir.dataplane.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.event.EventSource;
import dev.weir.dataplane.table.Connection;
import dev.weir.dataplane.table.EndpointRow;
import dev.weir.dataplane.testkit.ProgramUnderTest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every offset and number in Java against what the compiler wrote into {@code abi.bpf.o}. */
class LayoutAgreementTest {
    private static final Btf C = Btf.read(ProgramUnderTest.objects().resolve("abi.bpf.o"));

    /** Fields that only fill the struct up, or that Java has no use for. */
    private static final Set<String> PADDING = Set.of("zero", "zero2", "spare");

    @Test
    void shouldPlaceFlowKeyViewFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_flow_key", FlowKeyView.LENGTH);
        c.field("local", FlowKeyView.LOCAL_OFFSET);
        c.field("remote", FlowKeyView.REMOTE_OFFSET);
        c.field("local_port", FlowKeyView.LOCAL_PORT_OFFSET);
        c.field("remote_port", FlowKeyView.REMOTE_PORT_OFFSET);
        c.field("endpoint", FlowKeyView.ENDPOINT_OFFSET);
        c.field("protocol", FlowKeyView.PROTOCOL_OFFSET);
        c.field("zero", FlowKeyView.ZERO_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceFlowEntryFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_flow", FlowEntry.ENTRY_LENGTH);
        c.field("addresses", FlowEntry.ADDRESSES_OFFSET);
        c.field("local_port", FlowEntry.LOCAL_PORT_OFFSET);
        c.field("remote_port", FlowEntry.REMOTE_PORT_OFFSET);
        c.field("endpoint", FlowEntry.ENDPOINT_OFFSET);
        c.field("protocol", FlowEntry.PROTOCOL_OFFSET);
        c.field("told", FlowEntry.TOLD_OFFSET);
        c.field("packets", FlowEntry.PACKETS_OFFSET);
        c.field("bytes", FlowEntry.BYTES_OFFSET);
        c.field("last_seen", FlowEntry.LAST_SEEN_OFFSET);
        c.field("next_seq", FlowEntry.NEXT_SEQ_OFFSET);
        c.field("acked", FlowEntry.ACKED_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceFlowDetailFieldsBehindTheEntryAsTheCompilerDid() {
        final int start = FlowEntry.ENTRY_LENGTH;
        final Agreement c = agreement("weir_flow_detail", FlowEntry.DETAIL_LENGTH);
        c.field("local", FlowEntry.LOCAL_OFFSET - start);
        c.field("remote", FlowEntry.REMOTE_OFFSET - start);
        c.field("created", FlowEntry.CREATED_OFFSET - start);
        c.field("first_seen", FlowEntry.FIRST_SEEN_OFFSET - start);
        c.field("policy", FlowEntry.POLICY_OFFSET - start);
        c.field("remote_identity", FlowEntry.REMOTE_IDENTITY_OFFSET - start);
        c.field("handshake_network_ns", FlowEntry.HANDSHAKE_NETWORK_NS_OFFSET - start);
        c.field("handshake_container_ns", FlowEntry.HANDSHAKE_CONTAINER_NS_OFFSET - start);
        c.field("flags", FlowEntry.FLAGS_OFFSET - start);
        c.field("state", FlowEntry.STATE_OFFSET - start);
        c.field("known", FlowEntry.KNOWN_OFFSET - start);
        c.field("dscp", FlowEntry.DSCP_OFFSET - start);
        c.field("icmp_type", FlowEntry.ICMP_TYPE_OFFSET - start);
        c.field("icmp_code", FlowEntry.ICMP_CODE_OFFSET - start);
        c.field("vlan", FlowEntry.VLAN_OFFSET - start);
        c.field("insight", FlowEntry.INSIGHT_OFFSET - start);
        c.end();
    }

    @Test
    void shouldPlaceInsightFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_insight", InsightView.LENGTH);
        c.field("gap_start", InsightView.GAP_START_OFFSET);
        c.field("gap_end", InsightView.GAP_END_OFFSET);
        c.field("retransmitted_packets", InsightView.RETRANSMITTED_PACKETS_OFFSET);
        c.field("retransmitted_bytes", InsightView.RETRANSMITTED_BYTES_OFFSET);
        c.field("out_of_order", InsightView.OUT_OF_ORDER_OFFSET);
        c.field("zero_windows", InsightView.ZERO_WINDOWS_OFFSET);
        c.field("rtt_min_ns", InsightView.RTT_MIN_OFFSET);
        c.field("rtt_count", InsightView.RTT_COUNT_OFFSET);
        c.field("rtt_sum", InsightView.RTT_SUM_OFFSET);
        c.field("zero", InsightView.ZERO_OFFSET);
        c.field("rtt_histogram", InsightView.RTT_HISTOGRAM_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceConnectionLayoutFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_connection", ConnectionLayout.LENGTH);
        c.field("key", ConnectionLayout.KEY_OFFSET);
        c.field("revision", ConnectionLayout.REVISION_OFFSET);
        c.field("policy", ConnectionLayout.POLICY_OFFSET);
        c.field("rule", ConnectionLayout.RULE_OFFSET);
        c.field("remote_identity", ConnectionLayout.REMOTE_IDENTITY_OFFSET);
        c.field("created", ConnectionLayout.CREATED_OFFSET);
        c.field("verdict", ConnectionLayout.VERDICT_OFFSET);
        c.field("reason", ConnectionLayout.REASON_OFFSET);
        c.field("opener", ConnectionLayout.OPENER_OFFSET);
        c.field("state", ConnectionLayout.STATE_OFFSET);
        c.field("flags", ConnectionLayout.FLAGS_OFFSET);
        c.field("step_ns", ConnectionLayout.STEP_NS_OFFSET);
        c.field("handshake_network_ns", ConnectionLayout.HANDSHAKE_NETWORK_NS_OFFSET);
        c.field("handshake_container_ns", ConnectionLayout.HANDSHAKE_CONTAINER_NS_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceDeniedEntryFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_denied", DeniedEntry.LENGTH);
        c.field("local", DeniedEntry.LOCAL_OFFSET);
        c.field("remote", DeniedEntry.REMOTE_OFFSET);
        c.field("service_port", DeniedEntry.SERVICE_PORT_OFFSET);
        c.field("endpoint", DeniedEntry.ENDPOINT_OFFSET);
        c.field("protocol", DeniedEntry.PROTOCOL_OFFSET);
        c.field("direction", DeniedEntry.DIRECTION_OFFSET);
        c.field("reason", DeniedEntry.REASON_OFFSET);
        c.field("revision", DeniedEntry.REVISION_OFFSET);
        c.field("rule", DeniedEntry.RULE_OFFSET);
        c.field("remote_identity", DeniedEntry.REMOTE_IDENTITY_OFFSET);
        c.field("first_seen", DeniedEntry.FIRST_SEEN_OFFSET);
        c.field("last_seen", DeniedEntry.LAST_SEEN_OFFSET);
        c.field("epoch", DeniedEntry.EPOCH_OFFSET);
        c.field("client_port", DeniedEntry.CLIENT_PORT_OFFSET);
        c.field("packets", DeniedEntry.PACKETS_OFFSET);
        c.field("bytes", DeniedEntry.BYTES_OFFSET);
        c.field("told", DeniedEntry.TOLD_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceCaptureFieldsAsTheCompilerDid() {
        final Agreement filter = agreement("weir_capture_filter", CaptureLayout.FILTER_LENGTH);
        filter.field("protocols", CaptureLayout.PROTOCOLS_OFFSET);
        filter.field("reasons", CaptureLayout.REASONS_OFFSET);
        filter.field("directions", CaptureLayout.DIRECTIONS_OFFSET);
        filter.field("snap", CaptureLayout.SNAP_OFFSET);
        filter.field("addresses", CaptureLayout.ADDRESSES_OFFSET);
        filter.field("ports", CaptureLayout.PORTS_OFFSET);
        filter.end();
        final Agreement address = agreement("weir_capture_address", CaptureLayout.ADDRESS_LENGTH);
        address.field("address", CaptureLayout.ADDRESS_OFFSET);
        address.field("mask", CaptureLayout.ADDRESS_MASK_OFFSET);
        address.field("used", CaptureLayout.ADDRESS_USED_OFFSET);
        address.field("side", CaptureLayout.ADDRESS_SIDE_OFFSET);
        address.field("negated", CaptureLayout.ADDRESS_NEGATED_OFFSET);
        address.field("ipv4", CaptureLayout.ADDRESS_IPV4_OFFSET);
        address.end();
        final Agreement ports = agreement("weir_capture_ports", CaptureLayout.PORTS_LENGTH);
        ports.field("low", CaptureLayout.PORTS_LOW_OFFSET);
        ports.field("high", CaptureLayout.PORTS_HIGH_OFFSET);
        ports.field("used", CaptureLayout.PORTS_USED_OFFSET);
        ports.field("side", CaptureLayout.PORTS_SIDE_OFFSET);
        ports.field("negated", CaptureLayout.PORTS_NEGATED_OFFSET);
        ports.end();
    }

    @Test
    void shouldPlaceCapturedPacketFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_captured", CaptureLayout.RECORD_LENGTH);
        c.field("ktime_ns", CaptureLayout.KTIME_OFFSET);
        c.field("length", CaptureLayout.LENGTH_OFFSET);
        c.field("captured", CaptureLayout.CAPTURED_OFFSET);
        c.field("rule", CaptureLayout.RULE_OFFSET);
        c.field("key", CaptureLayout.KEY_OFFSET);
        c.field("tcp_flags", CaptureLayout.TCP_FLAGS_OFFSET);
        c.field("vlan", CaptureLayout.VLAN_OFFSET);
        c.field("vlan_protocol", CaptureLayout.VLAN_PROTOCOL_OFFSET);
        c.field("direction", CaptureLayout.DIRECTION_OFFSET);
        c.field("reason", CaptureLayout.REASON_OFFSET);
        c.field("segments", CaptureLayout.SEGMENTS_OFFSET);
        c.end();
        final Agreement total = agreement("weir_capture_total", CaptureLayout.TOTAL_LENGTH);
        total.field("matched", CaptureLayout.MATCHED_OFFSET);
        total.field("lost", CaptureLayout.LOST_OFFSET);
        total.end();
    }

    @Test
    void shouldPlaceProcessFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_process_event", ProcessLayout.EVENT_LENGTH);
        c.field("key", ProcessLayout.KEY_OFFSET);
        c.field("created", ProcessLayout.CREATED_OFFSET);
        c.field("seen", ProcessLayout.SEEN_OFFSET);
        c.field("process", ProcessLayout.PROCESS_OFFSET);
        c.end();
        final Agreement process = agreement("weir_process", ProcessLayout.PROCESS_LENGTH);
        process.field("pid", ProcessLayout.PID_OFFSET - ProcessLayout.PROCESS_OFFSET);
        process.field("via", ProcessLayout.VIA_OFFSET - ProcessLayout.PROCESS_OFFSET);
        process.field("told", ProcessLayout.TOLD_OFFSET - ProcessLayout.PROCESS_OFFSET);
        process.field("comm", ProcessLayout.COMM_OFFSET - ProcessLayout.PROCESS_OFFSET);
        process.end();
        agreement("weir_process_slot", ProcessLayout.SLOT_LENGTH);
        final Agreement log = agreement("weir_log", LogLayout.LENGTH);
        log.field("written", LogLayout.WRITTEN_OFFSET);
        log.field("lost", LogLayout.LOST_OFFSET);
        log.field("read", LogLayout.READ_OFFSET);
        log.end();
        agree("weir_process_via", "WEIR_PROCESS_", ProcessVia.values());
    }

    @Test
    void shouldPlaceEndpointLayoutFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_endpoint", EndpointLayout.LENGTH);
        c.field("policy", EndpointLayout.POLICY_OFFSET);
        c.field("ifindex", EndpointLayout.IFINDEX_OFFSET);
        c.field("mac", EndpointLayout.MAC_OFFSET);
        c.field("address_count", EndpointLayout.ADDRESS_COUNT_OFFSET);
        c.field("identity", EndpointLayout.IDENTITY_OFFSET);
        c.field("netns_cookie", EndpointLayout.NETNS_COOKIE_OFFSET);
        c.field("addresses", EndpointLayout.ADDRESSES_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceControlLayoutFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_control", ControlLayout.LENGTH);
        c.field("abi_version", ControlLayout.ABI_VERSION_OFFSET);
        c.field("revision", ControlLayout.REVISION_OFFSET);
        c.field("flags", ControlLayout.FLAGS_OFFSET);
        c.field("refresh", ControlLayout.REFRESH_OFFSET);
        c.field("timeout_tcp_syn", ControlLayout.TIMEOUT_TCP_SYN_OFFSET);
        c.field("timeout_tcp_established", ControlLayout.TIMEOUT_TCP_ESTABLISHED_OFFSET);
        c.field("timeout_tcp_closing", ControlLayout.TIMEOUT_TCP_CLOSING_OFFSET);
        c.field("timeout_udp", ControlLayout.TIMEOUT_UDP_OFFSET);
        c.field("timeout_udp_replied", ControlLayout.TIMEOUT_UDP_REPLIED_OFFSET);
        c.field("timeout_icmp", ControlLayout.TIMEOUT_ICMP_OFFSET);
        c.field("timeout_other", ControlLayout.TIMEOUT_OTHER_OFFSET);
        c.field("untimed", ControlLayout.UNTIMED_OFFSET);
        c.field("second", ControlLayout.SECOND_OFFSET);
        c.field("flows_known", ControlLayout.FLOWS_KNOWN_OFFSET);
        c.field("redirect_until", ControlLayout.REDIRECT_UNTIL_OFFSET);
        c.end();
    }

    @Test
    void shouldPlaceRowFieldsAsTheCompilerDid() {
        final Agreement key = agreement("weir_policy_key", RowLayout.KEY_LENGTH);
        key.field("policy", RowLayout.KEY_POLICY_OFFSET);
        key.field("identity", RowLayout.KEY_IDENTITY_OFFSET);
        key.field("direction", RowLayout.KEY_DIRECTION_OFFSET);
        key.field("protocol", RowLayout.KEY_PROTOCOL_OFFSET);
        key.field("prefix_length", RowLayout.KEY_PREFIX_LENGTH_OFFSET);
        key.field("port", RowLayout.KEY_PORT_OFFSET);
        key.end();
        final Agreement row = agreement("weir_policy_row", RowLayout.ROW_LENGTH);
        row.field("rule", RowLayout.ROW_RULE_OFFSET);
        row.field("precedence", RowLayout.ROW_PRECEDENCE_OFFSET);
        row.field("audit_rule", RowLayout.ROW_AUDIT_RULE_OFFSET);
        row.field("audit_precedence", RowLayout.ROW_AUDIT_PRECEDENCE_OFFSET);
        row.field("prefix_lengths", RowLayout.ROW_PREFIX_LENGTHS_OFFSET);
        row.field("verdict", RowLayout.ROW_VERDICT_OFFSET);
        row.field("audit_verdict", RowLayout.ROW_AUDIT_VERDICT_OFFSET);
        row.field("final", RowLayout.ROW_FINAL_OFFSET);
        row.end();
    }

    @Test
    void shouldPlacePeerFieldsAsTheCompilerDid() {
        final Agreement peer = agreement("weir_peer", RowLayout.PEER_LENGTH);
        peer.field("identity", RowLayout.PEER_IDENTITY_OFFSET);
        peer.field("previous_identity", RowLayout.PEER_PREVIOUS_IDENTITY_OFFSET);
        peer.field("since_revision", RowLayout.PEER_SINCE_REVISION_OFFSET);
        peer.field("endpoint", RowLayout.PEER_ENDPOINT_OFFSET);
        peer.end();
        assertThat(C.struct("weir_address").size()).isEqualTo(RowLayout.ADDRESS_LENGTH);
        final Agreement v4 = agreement("weir_cidr_v4", RowLayout.CIDR_V4_LENGTH);
        v4.field("prefix_length", 0);
        v4.field("address", RowLayout.CIDR_ADDRESS_OFFSET);
        v4.end();
        final Agreement v6 = agreement("weir_cidr_v6", RowLayout.CIDR_V6_LENGTH);
        v6.field("prefix_length", 0);
        v6.field("address", RowLayout.CIDR_ADDRESS_OFFSET);
        v6.end();
    }

    @Test
    void shouldPlaceCountersAsTheCompilerDid() {
        final Agreement c = agreement("weir_counters", EndpointCounters.LENGTH);
        c.field("by_reason", EndpointCounters.BY_REASON_OFFSET);
        c.field("overflow", EndpointCounters.OVERFLOW_OFFSET);
        c.field("denied_overflow", EndpointCounters.DENIED_OVERFLOW_OFFSET);
        c.field("flows_created", EndpointCounters.FLOWS_CREATED_OFFSET);
        c.field("flows_evicted", EndpointCounters.FLOWS_EVICTED_OFFSET);
        c.field("connections_opened", EndpointCounters.CONNECTIONS_OPENED_OFFSET);
        c.field("connections_failed", EndpointCounters.CONNECTIONS_FAILED_OFFSET);
        c.field("connections_evicted", EndpointCounters.CONNECTIONS_EVICTED_OFFSET);
        c.field("dns_lost", EndpointCounters.DNS_LOST_OFFSET);
        c.field("redirected", EndpointCounters.REDIRECTED_OFFSET);
        c.end();
        final Agreement count = agreement("weir_count", EndpointCounters.COUNT_LENGTH);
        count.field("packets", 0);
        count.field("bytes", EndpointCounters.BYTES);
        count.end();
        assertThat(EndpointCounters.REASONS)
                .isEqualTo(C.enumeration("weir_reason").get("WEIR_REASON_COUNT"));
    }

    @Test
    void shouldPlaceInterfacesAndEventsAsTheCompilerDid() {
        final Agreement c = agreement("weir_interface", EndpointLayout.INTERFACE_LENGTH);
        c.field("ifindex", 0);
        c.field("endpoint", Integer.BYTES);
        c.field("bridged", Integer.BYTES + Short.BYTES);
        c.field("station", EndpointLayout.INTERFACE_STATION_OFFSET);
        c.end();
        final Agreement stamps = agreement("weir_flow_stamps", FlowStamps.LENGTH);
        stamps.field("written", FlowStamps.WRITTEN_OFFSET);
        stamps.end();
        final Agreement fdb = agreement("weir_fdb_entry", FdbLayout.ENTRY_LENGTH);
        fdb.field("station", FdbLayout.STATION_OFFSET);
        fdb.field("ifindex", FdbLayout.PLACE_OFFSET);
        fdb.field("endpoint", FdbLayout.PLACE_OFFSET + Integer.BYTES);
        fdb.end();
        assertThat(C.struct("weir_fdb_bucket").size()).isEqualTo(FdbLayout.BUCKET_LENGTH);
        assertThat(C.struct("weir_interface_bucket").size())
                .isEqualTo(EndpointLayout.INTERFACE_BUCKET_LENGTH);
        final Agreement event = agreement("weir_event", EventLayout.HEAD_LENGTH);
        event.field("type", EventLayout.TYPE_OFFSET);
        event.field("cpu", EventLayout.CPU_OFFSET);
        event.field("slot", EventLayout.SLOT_OFFSET);
        event.end();
        assertThat(C.struct("weir_flow_event").size()).isEqualTo(EventLayout.LENGTH);
        assertThat(C.struct("weir_flow_event").offsets())
                .containsEntry("flow", EventLayout.HEAD_LENGTH)
                .containsEntry("detail", EventLayout.HEAD_LENGTH + FlowEntry.ENTRY_LENGTH);
        assertThat(C.struct("weir_denied_event").offsets())
                .containsEntry("denied", EventLayout.HEAD_LENGTH);
        final int addresses = EndpointRow.MAX_ADDRESSES * EndpointLayout.ADDRESS_LENGTH;
        assertThat(C.struct("weir_endpoint").offsets())
                .containsEntry("spare", EndpointLayout.ADDRESSES_OFFSET + addresses);
    }

    @Test
    void shouldReadDnsMessagesAsTheProgramWritesThem() {
        final int head = EventLayout.HEAD_LENGTH;
        final Agreement c =
                agreement(
                        "weir_dns_event", head + DnsLayout.PAYLOAD_OFFSET + DnsLayout.PAYLOAD_MOST);
        c.field("head", 0);
        c.field("key", head + DnsLayout.KEY_OFFSET);
        c.field("ktime_ns", head + DnsLayout.KTIME_NS_OFFSET);
        c.field("length", head + DnsLayout.LENGTH_OFFSET);
        c.field("direction", head + DnsLayout.DIRECTION_OFFSET);
        c.field("seq", head + DnsLayout.SEQUENCE_OFFSET);
        c.field("payload", head + DnsLayout.PAYLOAD_OFFSET);
        c.end();
    }

    @Test
    void shouldReadTheClockAsTheProgramWritesIt() {
        final Agreement c = agreement("weir_clock", 24);
        c.field("jiffies", 0);
        c.field("ktime_ns", 8);
        c.field("boottime_ns", 16);
        c.end();
    }

    @Test
    void shouldPlaceAskFieldsAsTheCompilerDid() {
        final Agreement c = agreement("weir_ask", AskLayout.LENGTH);
        c.field("key", AskLayout.KEY_OFFSET);
        c.field("opener", AskLayout.OPENER_OFFSET);
        c.field("zero", AskLayout.ZERO_OFFSET);
        c.field("verdict", AskLayout.VERDICT_OFFSET);
        c.field("reason", AskLayout.REASON_OFFSET);
        c.field("rule", AskLayout.RULE_OFFSET);
        c.field("remote_identity", AskLayout.REMOTE_IDENTITY_OFFSET);
        c.field("revision", AskLayout.REVISION_OFFSET);
        c.end();
    }

    @Test
    void shouldNumberEnumsAlike() {
        agree("weir_direction", "WEIR_", Direction.values());
        agree("weir_verdict", "WEIR_", Verdict.values());
        agree("weir_tcp_state", "WEIR_TCP_", TcpState.values());
        agree("weir_row_verdict", "WEIR_ROW_", RowVerdict.values());
    }

    @Test
    void shouldNumberReasonsAlike() {
        final Map<String, Integer> c = C.enumeration("weir_reason");
        for (final Reason reason : Reason.values()) {
            assertThat(c).containsEntry("WEIR_REASON_" + reason.name(), reason.ordinal());
        }
        assertThat(c).containsEntry("WEIR_REASON_FIRST_DROP", Reason.FIRST_DROP);
        final long named =
                c.keySet().stream()
                        .filter(name -> !name.matches(".*(RESERVED_.*|COUNT|FIRST_DROP)"))
                        .count();
        assertThat(Reason.count()).isEqualTo((int) named);
    }

    @Test
    void shouldNumberFlagsAlike() {
        final Map<String, Integer> flow = C.enumeration("weir_flow_flags");
        assertThat(flow)
                .containsEntry("WEIR_FLOW_OPENED_BY_LOCAL", FlowEntry.OPENED_BY_LOCAL)
                .containsEntry("WEIR_FLOW_REPLIED", FlowEntry.REPLIED)
                .containsEntry("WEIR_FLOW_UNCACHED", FlowEntry.UNCACHED)
                .containsEntry("WEIR_FLOW_WATCHED", FlowEntry.WATCHED)
                .hasSize(4);
        assertThat(C.enumeration("weir_flow_marks"))
                .containsEntry("WEIR_MARK_ANSWERS_INGRESS", FlowEntry.ANSWERS_INGRESS)
                .containsEntry("WEIR_MARK_ANSWERS_EGRESS", FlowEntry.ANSWERS_EGRESS)
                .containsEntry("WEIR_MARK_NEXT_INGRESS", FlowEntry.NEXT_INGRESS)
                .containsEntry("WEIR_MARK_NEXT_EGRESS", FlowEntry.NEXT_EGRESS)
                .containsEntry("WEIR_MARK_SAMPLED", FlowEntry.SAMPLED)
                .containsEntry("WEIR_MARK_TIMED", FlowEntry.TIMED)
                .containsEntry("WEIR_MARK_VERIFIED", FlowEntry.VERIFIED)
                .containsEntry("WEIR_MARK_ECN", FlowEntry.ECN)
                .containsEntry("WEIR_MARK_REASON", FlowEntry.REASON)
                .hasSize(9);
        assertThat(C.enumeration("weir_flow_known"))
                .containsEntry("WEIR_KNOWN_NUMBERS", FlowEntry.KNOWN_NUMBERS)
                .containsEntry("WEIR_KNOWN_INSIGHT", FlowEntry.KNOWN_INSIGHT)
                .hasSize(2);
        assertThat(C.enumeration("weir_connection_flags"))
                .containsEntry("WEIR_CONNECTION_REPLIED", Connection.REPLIED)
                .containsEntry("WEIR_CONNECTION_ADOPTED", Connection.ADOPTED)
                .containsEntry("WEIR_CONNECTION_FIN_LOCAL", Connection.FIN_LOCAL)
                .containsEntry("WEIR_CONNECTION_FIN_REMOTE", Connection.FIN_REMOTE)
                .containsEntry("WEIR_CONNECTION_LOCAL_VERIFIED", Connection.LOCAL_VERIFIED)
                .hasSize(5);
        assertThat(C.enumeration("weir_control_flags"))
                .containsEntry("WEIR_CONTROL_HOST_POLICY", ControlLayout.HOST_POLICY)
                .containsEntry("WEIR_CONTROL_CIDRS_V4", ControlLayout.CIDRS_V4)
                .containsEntry("WEIR_CONTROL_CIDRS_V6", ControlLayout.CIDRS_V6)
                .hasSize(3);
        assertThat(C.enumeration("weir_event_type"))
                .containsEntry("WEIR_EVENT_FLOW_EVICTED", EventSource.FLOW_EVICTED)
                .containsEntry("WEIR_EVENT_DENIED_EVICTED", EventSource.DENIED_EVICTED)
                .containsEntry("WEIR_EVENT_DNS", EventSource.DNS)
                .hasSize(3);
    }

    @Test
    void shouldWritePolicyFlagsAlike() {
        final Map<String, Integer> expected = new HashMap<>();
        pair(expected, "ISOLATED", PolicyFlags.ISOLATED);
        pair(expected, "ANY_PORTS", PolicyFlags.ANY_PORTS);
        pair(expected, "ANY_ROOT", PolicyFlags.ANY_ROOT);
        pair(expected, "PEER_PORTS", PolicyFlags.PEER_PORTS);
        pair(expected, "PEER_ROOT", PolicyFlags.PEER_ROOT);
        pair(expected, "DENIES", PolicyFlags.DENIES);
        expected.put("WEIR_POLICY_ASK_ROOTS", PolicyFlags.ASK_ROOTS);

        assertThat(C.enumeration("weir_policy_flags")).isEqualTo(expected);
    }

    private static void pair(final Map<String, Integer> flags, final String name, final int flag) {
        for (final Direction direction : Direction.values()) {
            flags.put(
                    "WEIR_POLICY_" + name + "_" + direction.name(),
                    PolicyFlags.of(flag, direction));
        }
    }

    private static void agree(final String name, final String prefix, final Enum<?>[] values) {
        assertThat(C.enumeration(name)).hasSize(values.length);
        for (final Enum<?> value : values) {
            assertThat(C.enumeration(name))
                    .containsEntry(prefix + value.name().toUpperCase(Locale.ROOT), value.ordinal());
        }
    }

    private static Agreement agreement(final String struct, final int length) {
        assertThat(C.struct(struct).size()).as(struct).isEqualTo(length);
        return new Agreement(struct, C.struct(struct), new HashSet<>());
    }

    /** Collects what was compared, so that a field that C has and Java lacks is noticed. */
    private record Agreement(String name, Btf.Struct struct, Set<String> seen) {
        void field(final String field, final int offset) {
            assertThat(struct.offsets()).as(name).containsEntry(field, offset);
            seen.add(field);
        }

        void end() {
            final Set<String> missed = new HashSet<>(struct.offsets().keySet());
            missed.removeAll(seen);
            missed.removeAll(PADDING);
            assertThat(missed).as("fields of " + name + " that Java does not know").isEmpty();
        }
    }
}
