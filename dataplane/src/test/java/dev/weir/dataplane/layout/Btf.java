package dev.weir.dataplane.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The structs and enums that the compiler wrote into an object's .BTF section
 * (Documentation/bpf/btf.rst).
 */
final class Btf {
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int ARRAY = 3;
    private static final int INT = 1;
    private static final int FUNC_PROTO = 13;
    private static final int VAR = 14;
    private static final int DATASEC = 15;
    private static final int DECL_TAG = 17;
    private static final int ENUM64 = 19;

    private final Map<String, Struct> structs = new HashMap<>();
    private final Map<String, Map<String, Integer>> enums = new HashMap<>();
    private final ByteBuffer section;
    private final int strings;

    /**
     * One struct.
     *
     * @param size in bytes
     * @param offsets of its members, in bytes
     */
    record Struct(int size, Map<String, Integer> offsets) {}

    private Btf(final ByteBuffer section) {
        this.section = section;
        final int header = section.getInt(4);
        final int types = header + section.getInt(8);
        strings = header + section.getInt(16);
        int at = types;
        while (at < types + section.getInt(12)) {
            at = type(at);
        }
    }

    static Btf read(final Path object) {
        try {
            return new Btf(elfSection(Files.readAllBytes(object), ".BTF"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Struct struct(final String name) {
        if (!structs.containsKey(name)) {
            throw new IllegalArgumentException("struct: " + name + " (expected: one in BTF)");
        }
        return structs.get(name);
    }

    /** Name to number, in the order of the source. */
    Map<String, Integer> enumeration(final String name) {
        if (!enums.containsKey(name)) {
            throw new IllegalArgumentException("enum: " + name + " (expected: one in BTF)");
        }
        return enums.get(name);
    }

    /** Reads one type; returns where the next begins. */
    private int type(final int at) {
        final String name = string(section.getInt(at));
        final int info = section.getInt(at + 4);
        final int kind = info >>> 24 & 0x1F;
        final int count = info & 0xFFFF;
        final int body = at + 12;
        switch (kind) {
            case STRUCT, UNION -> {
                final boolean bitfields = info >>> 31 != 0;
                final Map<String, Integer> offsets = new LinkedHashMap<>();
                for (int i = 0; i < count; i++) {
                    final int bits = section.getInt(body + 12 * i + 8);
                    offsets.put(
                            string(section.getInt(body + 12 * i)),
                            (bitfields ? bits & 0xFF_FFFF : bits) / 8);
                }
                structs.put(name, new Struct(section.getInt(at + 8), offsets));
                return body + 12 * count;
            }
            case ENUM -> {
                final Map<String, Integer> values = new LinkedHashMap<>();
                for (int i = 0; i < count; i++) {
                    values.put(
                            string(section.getInt(body + 8 * i)), section.getInt(body + 8 * i + 4));
                }
                enums.put(name, values);
                return body + 8 * count;
            }
            case INT, VAR, DECL_TAG -> {
                return body + 4;
            }
            case ARRAY -> {
                return body + 12;
            }
            case FUNC_PROTO -> {
                return body + 8 * count;
            }
            case DATASEC, ENUM64 -> {
                return body + 12 * count;
            }
            default -> {
                return body;
            }
        }
    }

    private String string(final int offset) {
        int end = strings + offset;
        while (section.get(end) != 0) {
            end++;
        }
        final byte[] bytes = new byte[end - strings - offset];
        section.get(strings + offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A section of a little-endian ELF64 file. */
    private static ByteBuffer elfSection(final byte[] file, final String wanted) {
        final ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        final int table = (int) elf.getLong(0x28);
        final int size = elf.getShort(0x3A);
        final int count = elf.getShort(0x3C);
        final int names = (int) elf.getLong(table + elf.getShort(0x3E) * size + 0x18);
        for (int i = 0; i < count; i++) {
            final int header = table + i * size;
            final int name = names + elf.getInt(header);
            final int end = name + wanted.length();
            if (new String(file, name, wanted.length(), StandardCharsets.US_ASCII).equals(wanted)
                    && file[end] == 0) {
                return elf.slice((int) elf.getLong(header + 0x18), (int) elf.getLong(header + 0x20))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        throw new IllegalArgumentException("section: " + wanted + " (expected: in the object)");
    }
}
