package dev.weir.controller.conformance;

import dev.weir.controller.policy.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code tests/reach.c}: one process with sockets in the namespace of every pod, which asks all
 * questions of a round at once.
 */
final class Reach extends Tool {
    /** How long a question that should stay unanswered is listened to, in milliseconds. */
    static final int DENIED_MILLIS = 120;

    /** How long one that should be answered is waited for: only a failure takes this long. */
    static final int ALLOWED_MILLIS = 4_000;

    /**
     * Whether one pod is answered by an address.
     *
     * @param from {@code namespace/pod}
     * @param protocol TCP, UDP, SCTP or ICMP (echo)
     * @param address asked
     * @param port 0 for ICMP
     * @param expected what the answer should be; waited for longer when it is yes
     */
    record Question(String from, String protocol, String address, int port, boolean expected) {
        static Question of(
                final String from,
                final Protocol protocol,
                final String address,
                final int port,
                final boolean expected) {
            return new Question(from, protocol.name(), address, port, expected);
        }
    }

    Reach(final Path folder) throws IOException, InterruptedException {
        super("reach", folder);
    }

    /** Serves TCP, UDP and SCTP on these ports in a pod. */
    void serve(final String pod, final Path netns, final List<Integer> ports) throws IOException {
        final String all = ports.stream().map(String::valueOf).collect(Collectors.joining(" "));
        command("pod " + pod + " " + netns + " " + all);
        answer();
    }

    /** Closes what it has in a pod. */
    void forget(final String pod) throws IOException {
        command("forget " + pod);
        answer();
    }

    /**
     * One round.
     *
     * @return a character for each question: {@code .} answered, {@code R} refused by the other
     *     end, {@code X} silence
     */
    String ask(final List<Question> questions) throws IOException {
        for (final Question question : questions) {
            command(
                    "ask %s %s %s %d %s"
                            .formatted(
                                    question.from,
                                    question.protocol,
                                    question.address,
                                    question.port,
                                    question.expected ? "+" : "-"));
        }
        command("go " + DENIED_MILLIS + " " + ALLOWED_MILLIS);
        return answer();
    }
}
