package dev.weir.controller.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weir.controller.dns.DnsMessage.Address;
import dev.weir.dataplane.layout.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes as dnsmasq 2.90 sent them, and bytes that nobody should send. */
class DnsParserTest {
    private static final String HEAD = "1234 8580 0001 0001 0000 0000";
    private static final String QUESTION = "04 74657374 00 0001 0001";

    /** www.shop.test is a CNAME of web.shop.test, 10.88.0.2. */
    static final String ALIAS =
            "123485800001000200000000035757570473686f7004746573740000010001"
                    + "c00c000500010000001e000f037765620473686f70047465737400"
                    + "c02b000100010000001e00040a580002";

    private static final String QUERY =
            "123401000001000000000000035757570473686f7004746573740000010001";
    private static final String V6 =
            "123585800001000100000000037765620473686f70047465737400001c0001"
                    + "c00c001c00010000001e0010fd000000000000000000000000000002";
    private static final String UNKNOWN =
            "123681830001000000000000046e6f6e650473686f7004746573740000010001";

    private static Optional<DnsMessage> parse(final String hex) {
        return parse(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Other bytes lie around the message. */
    private static Optional<DnsMessage> parse(final byte[] message) {
        final byte[] room = new byte[message.length + 40];
        Arrays.fill(room, (byte) 0x41);
        System.arraycopy(message, 0, room, 20, message.length);
        return new DnsParser().parse(new UnsafeBuffer(room), 20, message.length);
    }

    @Test
    void shouldReadAQueryWithItsNameInLowerCase() {
        assertThat(parse(QUERY))
                .contains(new DnsMessage(0x1234, false, 0, "www.shop.test", 1, List.of()));
    }

    @Test
    void shouldGiveTheNameAskedForToTheAddressBehindAnAlias() {
        assertThat(parse(ALIAS))
                .contains(
                        new DnsMessage(
                                0x1234,
                                true,
                                0,
                                "www.shop.test",
                                1,
                                List.of(new Address(IpAddress.parse("10.88.0.2"), 30))));
    }

    @Test
    void shouldReadIpv6Addresses() {
        assertThat(parse(V6).orElseThrow().addresses())
                .containsExactly(new Address(IpAddress.parse("fd00::2"), 30));
    }

    @Test
    void shouldReadTheResponseCode() {
        assertThat(parse(UNKNOWN))
                .contains(new DnsMessage(0x1236, true, 3, "none.shop.test", 1, List.of()));
    }

    @Test
    void shouldKeepWhatStandsBeforeTheCut() {
        final String two = ALIAS.replace("00010002", "00010003") + "c02b0001";

        assertThat(parse(two).orElseThrow().addresses()).hasSize(1);
        assertThat(parse(ALIAS.substring(0, ALIAS.length() - 2)).orElseThrow().addresses())
                .isEmpty();
    }

    @Test
    void shouldEscapeWhatIsNotPrintable() {
        final String hex = "1234 0100 0001 0000 0000 0000 04 612e5c00 01 e4 00 0001 0001";

        assertThat(parse(hex).orElseThrow().name()).isEqualTo("a\\.\\\\\\000.\\228");
    }

    @Test
    void shouldTakeATimeToLiveWithTheHighestBitForNone() {
        final String hex = HEAD + QUESTION + "c00c 0001 0001 ffffffff 0004 0a000001";

        assertThat(parse(hex).orElseThrow().addresses().get(0).ttl()).isZero();
    }

    @Test
    void shouldNotFollowPointers() {
        final String toItself = HEAD + QUESTION + "c016 0001 0001 0000001e 0004 0a000001";

        assertThat(parse(toItself).orElseThrow().addresses()).hasSize(1);
        assertThat(parse(HEAD + "c00c 0001 0001")).as("in the question").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234 0100 0001 0000 0000",
                "1234 0100 0000 0000 0000 0000",
                "1234 0100 0002 0000 0000 0000 04 74657374 00 0001 0001",
                "1234 2800 0001 0000 0000 0000 04 74657374 00 0001 0001",
                "1234 0100 0001 0000 0000 0000 04 746573",
                "1234 0100 0001 0000 0000 0000 04 74657374 00 0001",
                "1234 0100 0001 0000 0000 0000 40 74657374 00 0001 0001"
            })
    void shouldRefuseWhatIsNoQueryWithOneQuestion(final String hex) {
        assertThat(parse(hex)).isEmpty();
    }

    @Test
    void shouldRefuseANameLongerThanTheProtocolAllows() {
        assertThat(parse(HEAD + "0161".repeat(126) + "00 0001 0001")).isPresent();
        assertThat(parse(HEAD + "0161".repeat(128) + "00 0001 0001")).isEmpty();
    }

    @Test
    void shouldReadOnlyTheMessageWhateverTheBytesSay() {
        final long seed = System.nanoTime();
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[][] real =
                List.of(QUERY, ALIAS, V6, UNKNOWN).stream()
                        .map(HexFormat.of()::parseHex)
                        .toArray(byte[][]::new);
        for (int run = 0; run < 200_000; run++) {
            final byte[] message = mutated(real[random.nextInt(real.length)], random);
            final String hex = HexFormat.of().formatHex(message);
            assertThatCode(() -> assertHolds(message))
                    .as("seed %d, message %s", seed, hex)
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] mutated(final byte[] real, final SplittableRandom random) {
        final byte[] message = Arrays.copyOf(real, random.nextInt(real.length + 20));
        for (int i = random.nextInt(6); i > 0 && message.length > 0; i--) {
            final int[] likely = {0, 0xC0, 0xFF, 0x3F, 1, random.nextInt(256)};
            message[random.nextInt(message.length)] = (byte) likely[random.nextInt(6)];
        }
        return message;
    }

    /** A buffer that ends with the message: a look behind it would throw. */
    private static void assertHolds(final byte[] message) {
        final Optional<DnsMessage> parsed =
                new DnsParser().parse(new UnsafeBuffer(message), 0, message.length);
        if (parsed.isPresent()) {
            assertThat(parsed.get().name().length()).isLessThan(4 * 255);
            assertThat(parsed.get().code()).isBetween(0, 15);
            assertThat(parsed.get().addresses()).allMatch(address -> address.ttl() >= 0);
        }
        assertThat(parse(message)).isEqualTo(parsed);
    }
}
