package dev.weir.dataplane;

import dev.weir.dataplane.layout.ConnectionLayout;
import dev.weir.dataplane.layout.FlowEntry;

/**
 * How many entries each table holds; every one is a setting.
 *
 * @param flowsPerCpu entries of a CPU's flow cache, a power of two from 4, or {@link #AUTO}
 * @param conntrack connections, both families, a power of two from 16
 * @param fragments datagrams whose later fragments are awaited
 * @param endpoints container interfaces, number 0 included
 * @param peers exact addresses
 * @param cidrs prefixes a family
 * @param policyRows rows of all policies
 * @param rules rules that count, number 0 included: at most 65,536, a flow has 16 bits for one
 * @param deniedPerCpu entries of a CPU's cache of denied traffic, a power of two from 4
 * @param eventBytes of the evicted entries of all CPUs that wait to be read, a power of two from
 *     4,096; each CPU has room for 512 at least
 */
public record TableSizes(
        int flowsPerCpu,
        int conntrack,
        int fragments,
        int endpoints,
        int peers,
        int cidrs,
        int policyRows,
        int rules,
        int deniedPerCpu,
        int eventBytes) {

    /** As many flows a CPU as suit the number of CPUs: {@link #on}. */
    public static final int AUTO = 0;

    /** The caches of all CPUs together, where it is ours to choose. */
    private static final long AUTO_FLOW_BYTES = 128L << 20;

    private static final int AUTO_FLOWS_MOST = 131_072;
    private static final int AUTO_FLOWS_LEAST = 16_384;

    public TableSizes {
        if (flowsPerCpu != AUTO) {
            powerOfTwo("flowsPerCpu", flowsPerCpu, 4);
        }
        powerOfTwo("conntrack", conntrack, ConnectionLayout.WAYS);
        powerOfTwo("deniedPerCpu", deniedPerCpu, 4);
        powerOfTwo("eventBytes", eventBytes, 4096);
        atLeast("fragments", fragments, 1);
        atLeast("endpoints", endpoints, 2);
        atMost("endpoints", endpoints, 16_384);
        atLeast("peers", peers, 1);
        atLeast("cidrs", cidrs, 1);
        atLeast("policyRows", policyRows, 1);
        atLeast("rules", rules, 2);
        atMost("rules", rules, 65_536);
    }

    /** The defaults of the settings file. */
    public static TableSizes defaults() {
        return new TableSizes(
                AUTO, 262_144, 8_192, 4_096, 524_288, 131_072, 1_048_576, 65_536, 1_024, 4 << 20);
    }

    /**
     * The sizes on a machine with that many possible CPUs. A flow cache of its choice has 131,072
     * entries up to four CPUs, then halves so that all stay within 128 MiB, but not below 16,384.
     */
    public TableSizes on(final int cpus) {
        return new TableSizes(
                flowsPerCpu == AUTO ? flowsOn(cpus) : flowsPerCpu,
                conntrack,
                fragments,
                endpoints,
                peers,
                cidrs,
                policyRows,
                rules,
                deniedPerCpu,
                eventBytes);
    }

    private static int flowsOn(final int cpus) {
        final long share = AUTO_FLOW_BYTES / FlowEntry.LENGTH / cpus;
        return (int)
                Math.max(
                        AUTO_FLOWS_LEAST,
                        Math.min(AUTO_FLOWS_MOST, Long.highestOneBit(Math.max(share, 1))));
    }

    private static void powerOfTwo(final String name, final int value, final int least) {
        if (value < least || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: a power of two from " + least + ")");
        }
    }

    private static void atMost(final String name, final int value, final int most) {
        if (value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: at most " + most + ")");
        }
    }

    private static void atLeast(final String name, final int value, final int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
