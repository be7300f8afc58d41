package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.RowLayout;
import dev.weir.dataplane.layout.RowVerdict;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** {@code struct weir_policy_key} to {@code struct weir_policy_row}. */
final class PolicyCodec implements RowCodec<PolicyKey, PolicyRow> {
    @Override
    public void putKey(final MutableDirectBuffer buffer, final int offset, final PolicyKey key) {
        buffer.putInt(offset + RowLayout.KEY_POLICY_OFFSET, key.policy());
        buffer.putInt(offset + RowLayout.KEY_IDENTITY_OFFSET, key.identity());
        buffer.putLong(offset + RowLayout.KEY_DIRECTION_OFFSET, 0);
        buffer.putByte(offset + RowLayout.KEY_DIRECTION_OFFSET, (byte) key.direction().ordinal());
        buffer.putByte(offset + RowLayout.KEY_PROTOCOL_OFFSET, (byte) key.protocol());
        buffer.putByte(offset + RowLayout.KEY_PREFIX_LENGTH_OFFSET, (byte) key.prefixLength());
        buffer.putShort(
                offset + RowLayout.KEY_PORT_OFFSET, (short) key.port(), ByteOrder.BIG_ENDIAN);
    }

    @Override
    public PolicyKey key(final DirectBuffer buffer, final int offset) {
        return new PolicyKey(
                buffer.getInt(offset + RowLayout.KEY_POLICY_OFFSET),
                buffer.getInt(offset + RowLayout.KEY_IDENTITY_OFFSET),
                Direction.of(buffer.getByte(offset + RowLayout.KEY_DIRECTION_OFFSET)),
                buffer.getByte(offset + RowLayout.KEY_PROTOCOL_OFFSET) & 0xFF,
                buffer.getByte(offset + RowLayout.KEY_PREFIX_LENGTH_OFFSET) & 0xFF,
                buffer.getShort(offset + RowLayout.KEY_PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF);
    }

    @Override
    public void putValue(final MutableDirectBuffer buffer, final int offset, final PolicyRow row) {
        buffer.putInt(offset + RowLayout.ROW_RULE_OFFSET, row.rule());
        buffer.putInt(offset + RowLayout.ROW_PRECEDENCE_OFFSET, row.precedence());
        buffer.putInt(offset + RowLayout.ROW_AUDIT_RULE_OFFSET, row.auditRule());
        buffer.putInt(offset + RowLayout.ROW_AUDIT_PRECEDENCE_OFFSET, row.auditPrecedence());
        buffer.putInt(offset + RowLayout.ROW_PREFIX_LENGTHS_OFFSET, row.prefixLengths());
        buffer.putInt(offset + RowLayout.ROW_VERDICT_OFFSET, 0);
        buffer.putByte(offset + RowLayout.ROW_VERDICT_OFFSET, (byte) row.verdict().ordinal());
        buffer.putByte(
                offset + RowLayout.ROW_AUDIT_VERDICT_OFFSET, (byte) row.auditVerdict().ordinal());
        buffer.putByte(offset + RowLayout.ROW_FINAL_OFFSET, (byte) (row.last() ? 1 : 0));
    }

    @Override
    public PolicyRow value(final DirectBuffer buffer, final int offset) {
        return new PolicyRow(
                RowVerdict.of(buffer.getByte(offset + RowLayout.ROW_VERDICT_OFFSET)),
                buffer.getInt(offset + RowLayout.ROW_RULE_OFFSET),
                buffer.getInt(offset + RowLayout.ROW_PRECEDENCE_OFFSET),
                RowVerdict.of(buffer.getByte(offset + RowLayout.ROW_AUDIT_VERDICT_OFFSET)),
                buffer.getInt(offset + RowLayout.ROW_AUDIT_RULE_OFFSET),
                buffer.getInt(offset + RowLayout.ROW_AUDIT_PRECEDENCE_OFFSET),
                buffer.getInt(offset + RowLayout.ROW_PREFIX_LENGTHS_OFFSET),
                buffer.getByte(offset + RowLayout.ROW_FINAL_OFFSET) != 0);
    }
}
