package dev.weir.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable that users get, where the other tests run the one with sanitizers. */
class ShippedBinaryTest {
    private static final int PROGRAM_HEADERS_OFFSET = 32;
    private static final int PROGRAM_HEADER_SIZE_OFFSET = 54;
    private static final int PROGRAM_HEADER_COUNT_OFFSET = 56;
    private static final int PT_INTERP = 3;

    @TempDir Path folder;

    @Test
    void shouldNeedNoLibraryOfTheHost() throws Exception {
        final ByteBuffer elf =
                ByteBuffer.wrap(Files.readAllBytes(Plugin.STATIC)).order(ByteOrder.nativeOrder());
        final long headers = elf.getLong(PROGRAM_HEADERS_OFFSET);
        final int size = elf.getShort(PROGRAM_HEADER_SIZE_OFFSET);
        final int count = elf.getShort(PROGRAM_HEADER_COUNT_OFFSET);

        assertThat(count).isPositive();
        for (int i = 0; i < count; i++) {
            assertThat(elf.getInt((int) headers + i * size)).isNotEqualTo(PT_INTERP);
        }
    }

    @Test
    void shouldDoEveryVerb() throws Exception {
        final Path socket = folder.resolve("weir.sock");
        final String config =
                Plugin.config("1.1.0", socket).toString().replaceFirst("}$", "")
                        + ",\"cni.dev/valid-attachments\":[]}";
        try (FakeAgent agent = FakeAgent.answering(socket, 200, "{}")) {
            for (final String verb : new String[] {"ADD", "CHECK", "STATUS", "GC", "DEL"}) {
                final Plugin.Outcome outcome =
                        Plugin.shipped(verb)
                                .with("CNI_CONTAINERID", "a")
                                .with("CNI_NETNS", "/proc/1/ns/net")
                                .with("CNI_IFNAME", "eth0")
                                .stdin(config)
                                .run();
                assertThat(outcome.exit()).as(verb).isZero();
                assertThat(outcome.stdout()).as(verb).isEqualTo(verb.equals("ADD") ? "{}" : "");
            }
            assertThat(agent.commands()).containsExactly("ADD", "CHECK", "STATUS", "GC", "DEL");
        }
        assertThat(Plugin.shipped("VERSION").run().json().path("cniVersion").asText())
                .isEqualTo("1.1.0");
    }
}
