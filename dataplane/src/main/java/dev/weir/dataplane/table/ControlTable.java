package dev.weir.dataplane.table;

/** {@code weir_control}: what user space tells the programs while they run. Single writer. */
public interface ControlTable {
    int revision();

    /** The one store that puts everything written for {@code revision} in force. */
    void revision(int revision);

    /** Whether the node is judged like any peer, and which CIDR tables are worth asking. */
    void flags(boolean hostPolicy, boolean cidrsV4, boolean cidrsV6);

    /** Whether the node is judged like any peer, as the programs have it. */
    boolean hostPolicy();

    /** Whether round trips are measured from now on; handshakes always are. */
    void roundTrips(boolean measured);

    /**
     * All is known that cached flows counted which were last seen before these jiffies: the
     * programs need not tell of them when they make room. 0: of none.
     */
    void flowsKnown(int jiffies);

    void timeouts(Timeouts timeouts);

    /** The timeouts in force, in jiffies. */
    IdleLimits idleLimits();

    /**
     * Returns when no packet that started before the call is still in a program: what only they
     * could see may be removed. Takes some milliseconds (membarrier(2), MEMBARRIER_CMD_GLOBAL).
     */
    void awaitGrace();

    /**
     * Idle times in milliseconds after which a connection is forgotten.
     *
     * @param refresh how often a cached flow tells that it goes on; in jiffies the next power of
     *     two
     */
    record Timeouts(
            long tcpSyn,
            long tcpEstablished,
            long tcpClosing,
            long udp,
            long udpReplied,
            long icmp,
            long other,
            long refresh) {

        /** The defaults of the settings file. */
        public static Timeouts defaults() {
            return new Timeouts(
                    60_000, 8 * 3_600_000L, 10_000, 30_000, 180_000, 10_000, 60_000, 4_000);
        }
    }
}
