package dev.weir.dataplane.feature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names in the kernel's description of its own types (BTF). */
final class KernelTypes {
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final int CHUNK = 64 << 10;

    private KernelTypes() {}

    /**
     * Whether a type, member or enumerator is called {@code name}.
     *
     * @throws IOException if the kernel does not say
     */
    static boolean name(final String name) throws IOException {
        final String wanted = '\0' + name + '\0';
        try (InputStream types = Files.newInputStream(BTF)) {
            String seam = "";
            for (byte[] read = types.readNBytes(CHUNK);
                    read.length > 0;
                    read = types.readNBytes(CHUNK)) {
                final String text = seam + new String(read, StandardCharsets.ISO_8859_1);
                if (text.contains(wanted)) {
                    return true;
                }
                seam = text.substring(Math.max(0, text.length() - wanted.length()));
            }
            return false;
        }
    }
}
