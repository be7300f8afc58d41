// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Never loaded. One object of each ABI type, so that BTF describes them all (LayoutAgreementTest).
 */
#include <linux/types.h>
#include "abi.h"

#define KEEP(type)      struct type keep_##type
#define KEEP_ENUM(type) enum type keep_enum_##type

KEEP(weir_flow_key);
KEEP(weir_flow);
KEEP(weir_flow_detail);
KEEP(weir_flow_bucket);
KEEP(weir_flow_stamps);
KEEP(weir_connection);
KEEP(weir_denied);
KEEP(weir_denied_bucket);
KEEP(weir_fragment_key);
KEEP(weir_fragment);
KEEP(weir_interface);
KEEP(weir_interface_bucket);
KEEP(weir_fdb_entry);
KEEP(weir_fdb_bucket);
KEEP(weir_endpoint);
KEEP(weir_address);
KEEP(weir_cidr_v4);
KEEP(weir_cidr_v6);
KEEP(weir_peer);
KEEP(weir_policy_key);
KEEP(weir_policy_row);
KEEP(weir_count);
KEEP(weir_counters);
KEEP(weir_event);
KEEP(weir_flow_event);
KEEP(weir_denied_event);
KEEP(weir_dns_event);
KEEP(weir_control);
KEEP(weir_clock);
KEEP(weir_capture_address);
KEEP(weir_capture_ports);
KEEP(weir_capture_filter);
KEEP(weir_captured);
KEEP(weir_capture_total);
KEEP(weir_ask);
KEEP(weir_process);
KEEP(weir_process_slot);
KEEP(weir_process_event);
KEEP(weir_log);

KEEP_ENUM(weir_direction);
KEEP_ENUM(weir_verdict);
KEEP_ENUM(weir_reason);
KEEP_ENUM(weir_identity);
KEEP_ENUM(weir_flow_marks);
KEEP_ENUM(weir_flow_flags);
KEEP_ENUM(weir_flow_known);
KEEP_ENUM(weir_tcp_state);
KEEP_ENUM(weir_connection_flags);
KEEP_ENUM(weir_policy_flags);
KEEP_ENUM(weir_row_verdict);
KEEP_ENUM(weir_event_type);
KEEP_ENUM(weir_control_flags);
KEEP_ENUM(weir_capture_side);
KEEP_ENUM(weir_process_via);
