package dev.weir.controller.conformance;

import dev.weir.controller.conformance.Reach.Question;
import dev.weir.controller.policy.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One round of everybody asking everybody: what came back against what should have. */
final class Matrix {
    private final List<Cell> cells = new ArrayList<>();
    private String answers;

    /**
     * One question.
     *
     * @param expected by the oracle
     */
    record Cell(Pod from, Pod to, Protocol protocol, int port, boolean ipv6, boolean expected) {
        /** {@code TCP 80 IPv6}. */
        String layer() {
            return protocol + " " + port + (ipv6 ? " IPv6" : " IPv4");
        }
    }

    private Matrix() {}

    /** Every pod asks every other, on each port, by each protocol, in both families. */
    static Matrix of(final Cluster cluster) throws IOException {
        final Matrix matrix = new Matrix();
        final Oracle oracle = new Oracle(cluster);
        final Collection<Pod> pods = cluster.pods().values();
        final List<Question> questions = new ArrayList<>();
        for (final Pod from : pods) {
            for (final Pod to : pods) {
                if (from != to) {
                    matrix.ask(cluster, oracle, from, to, questions);
                }
            }
        }
        matrix.answers = cluster.reach().ask(questions);
        return matrix;
    }

    private void ask(
            final Cluster cluster,
            final Oracle oracle,
            final Pod from,
            final Pod to,
            final List<Question> questions) {
        for (final Protocol protocol : Protocol.values()) {
            for (final int port : cluster.layout().ports()) {
                for (final boolean ipv6 : new boolean[] {false, true}) {
                    final boolean expected = oracle.allows(from, to, protocol, port, ipv6);
                    cells.add(new Cell(from, to, protocol, port, ipv6, expected));
                    questions.add(
                            Question.of(from.name(), protocol, to.address(ipv6), port, expected));
                }
            }
        }
    }

    List<Cell> cells() {
        return cells;
    }

    /** Whether it was answered. */
    boolean observed(final int cell) {
        return answers.charAt(cell) == '.';
    }

    /** A line for each cell that is not as the oracle says; empty when all is right. */
    List<String> differences() {
        final List<String> differences = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            final Cell cell = cells.get(i);
            if (observed(i) != cell.expected()) {
                differences.add(
                        "%s to %s, %s: %s (oracle: %s)"
                                .formatted(
                                        cell.from().name(),
                                        cell.to().name(),
                                        cell.layer(),
                                        observed(i) ? "answered" : "silence",
                                        cell.expected() ? "allowed" : "denied"));
            }
        }
        return differences;
    }
}
