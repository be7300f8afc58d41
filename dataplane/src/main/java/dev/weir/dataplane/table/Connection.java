package dev.weir.dataplane.table;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.layout.TcpState;
import dev.weir.dataplane.layout.Verdict;

/**
 * A connection ({@code struct weir_connection}).
 *
 * @param revision the verdict was decided under it
 * @param policy number of the endpoint's policy then
 * @param rule that decided, 0 = none
 * @param remoteIdentity of the peer
 * @param created jiffies, low 32 bits
 * @param expires when it is forgotten if nothing is heard of it; jiffies, low 32 bits
 * @param verdict of the connection
 * @param reason for it
 * @param opener direction of the first packet
 * @param state of TCP
 * @param flags {@link #REPLIED} and the others
 */
public record Connection(
        int revision,
        int policy,
        int rule,
        int remoteIdentity,
        int created,
        int expires,
        Verdict verdict,
        Reason reason,
        Direction opener,
        TcpState state,
        int flags) {

    /** {@code WEIR_CONNECTION_REPLIED}. */
    public static final int REPLIED = 1;

    /** {@code WEIR_CONNECTION_ADOPTED}. */
    public static final int ADOPTED = 2;

    /** {@code WEIR_CONNECTION_FIN_LOCAL}. */
    public static final int FIN_LOCAL = 4;

    /** {@code WEIR_CONNECTION_FIN_REMOTE}. */
    public static final int FIN_REMOTE = 8;

    /** {@code WEIR_CONNECTION_LOCAL_VERIFIED}. */
    public static final int LOCAL_VERIFIED = 16;

    /** An established connection found open at attach. */
    public static Connection adopted(
            final int revision,
            final int policy,
            final int remoteIdentity,
            final int now,
            final int expires,
            final Direction opener,
            final TcpState state) {
        return new Connection(
                revision,
                policy,
                0,
                remoteIdentity,
                now,
                expires,
                Verdict.ALLOWED,
                Reason.ADOPTED,
                opener,
                state,
                REPLIED | ADOPTED | LOCAL_VERIFIED);
    }
}
