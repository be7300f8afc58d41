package dev.weir.dataplane.verdict;

/**
 * Sizes of the tables of a program under test: small, so that a test can fill them.
 *
 * @param flows entries of the flow cache a CPU, a power of two from 64
 * @param denied entries of the denied cache a CPU, a power of two from 4
 * @param conntrack connections, a power of two from 16
 * @param eventRecords evicted entries of a CPU that may wait, a power of two
 * @param endpoints numbers, 0 included
 * @param rules numbers, 0 included
 */
public record ProgramSizes(
        int flows, int denied, int conntrack, int eventRecords, int endpoints, int rules) {

    public static ProgramSizes small() {
        return new ProgramSizes(64, 32, 4096, 1 << 8, 8, 64);
    }

    public ProgramSizes withFlows(final int other) {
        return new ProgramSizes(other, denied, conntrack, eventRecords, endpoints, rules);
    }

    public ProgramSizes withDenied(final int other) {
        return new ProgramSizes(flows, other, conntrack, eventRecords, endpoints, rules);
    }

    public ProgramSizes withConntrack(final int other) {
        return new ProgramSizes(flows, denied, other, eventRecords, endpoints, rules);
    }

    public ProgramSizes withEventRecords(final int other) {
        return new ProgramSizes(flows, denied, conntrack, other, endpoints, rules);
    }
}
