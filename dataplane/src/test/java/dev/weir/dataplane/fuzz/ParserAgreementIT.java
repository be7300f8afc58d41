package dev.weir.dataplane.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.dataplane.layout.Direction;
import dev.weir.dataplane.layout.FlowKey;
import dev.weir.dataplane.layout.FlowKeyView;
import dev.weir.dataplane.layout.IpAddress;
import dev.weir.dataplane.layout.MacAddress;
import dev.weir.dataplane.layout.Reason;
import dev.weir.dataplane.testkit.KernelTest;
import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.verdict.ContainerUnderTest;
import dev.weir.dataplane.verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every frame of the corpus, once through the parser as it is built for the host and fuzzed there,
 * once through the program in the kernel: same reason, same key.
 */
@KernelTest
class ParserAgreementIT {
    private static final int HEADERS_THE_KERNEL_WANTS = 14 + 40;

    @RegisterExtension static final ContainerUnderTest container = new ContainerUnderTest();

    /**
     * What the host's parser said.
     *
     * @param result 0 or a reason to drop it for
     * @param kind enum weir_packet_kind
     * @param fragment enum weir_fragment_kind
     * @param key endpoint 0
     */
    record Answer(
            String name, Direction direction, int result, int kind, int fragment, FlowKey key) {
        static Answer parse(final String line) {
            final String[] words = line.split(" ");
            final UnsafeBuffer key = new UnsafeBuffer(HexFormat.of().parseHex(words[5]));
            return new Answer(
                    words[0],
                    Direction.of(Integer.parseInt(words[1])),
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]),
                    new FlowKeyView(key, 0).toKey());
        }

        /** Why the datapath passes or drops it, where nothing is isolated and nothing spoofed. */
        Reason reason() {
            if (result > 0) {
                return Reason.of(result);
            }
            return switch (kind) {
                case 2 -> Reason.NEIGHBOUR;
                case 3 -> Reason.NON_IP;
                default -> Reason.NOT_ISOLATED;
            };
        }

        @Override
        public String toString() {
            return name + " " + direction;
        }
    }

    @BeforeAll
    static void build() {
        Netns.host("make", "-s", "-C", "../bpf", "target/replay");
    }

    static Stream<Answer> answers() throws IOException {
        build();
        final List<String> command = new ArrayList<>(List.of("../bpf/target/replay"));
        for (final String name : CorpusTest.names()) {
            command.add(CorpusTest.FOLDER.resolve(name).toString());
        }
        final List<Answer> answers =
                Netns.host(command.toArray(String[]::new)).lines().map(Answer::parse).toList();
        assertThat(answers).hasSize(2 * CorpusTest.names().size());
        return answers.stream().filter(answer -> runnable(frame(answer)));
    }

    /** BPF_PROG_TEST_RUN refuses what ends within the header that its EtherType promises. */
    private static boolean runnable(final byte[] frame) {
        return frame.length >= HEADERS_THE_KERNEL_WANTS
                || frame.length >= 34 && frame[12] != (byte) 0x86;
    }

    private static byte[] frame(final Answer answer) {
        try {
            return Files.readAllBytes(Path.of("../bpf/fuzz/corpus", answer.name));
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("answers")
    void shouldAgreeWithTheKernel(final Answer answer) {
        final byte[] frame = frame(answer);
        final long mac = new java.math.BigInteger(1, frame, 6, 6).longValue();
        container.endpoint(
                ContainerUnderTest.CONTAINER,
                new MacAddress(mac).toString(),
                answer.key.local().toString(),
                claimed(frame).orElse(answer.key.local()).toString());

        final Outcome outcome =
                answer.direction == Direction.EGRESS
                        ? container.fromContainer(frame)
                        : container.toContainer(frame);
        assertThat(outcome.reason()).contains(answer.reason());
        assertThat(outcome.flow().map(flow -> flow.toKey()))
                .isEqualTo(
                        answer.reason() == Reason.NOT_ISOLATED
                                ? Optional.of(withEndpoint(answer.key))
                                : Optional.empty());
    }

    /**
     * What ARP or a neighbour advertisement says that its sender has: it is to be no spoof here.
     */
    private static Optional<IpAddress> claimed(final byte[] frame) {
        if (frame.length >= 42 && frame[12] == 0x08 && frame[13] == 0x06) {
            return Optional.of(IpAddress.of(Arrays.copyOfRange(frame, 28, 32)));
        }
        if (frame.length >= 78 && frame[12] == (byte) 0x86 && frame[54] == (byte) 136) {
            return Optional.of(IpAddress.of(Arrays.copyOfRange(frame, 62, 78)));
        }
        return Optional.empty();
    }

    private static FlowKey withEndpoint(final FlowKey key) {
        return new FlowKey(
                ContainerUnderTest.CONTAINER,
                key.local(),
                key.remote(),
                key.localPort(),
                key.remotePort(),
                key.protocol());
    }
}
