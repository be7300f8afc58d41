package dev.weir.controller.conformance;

import dev.weir.dataplane.testkit.Netns;
import dev.weir.dataplane.testkit.Packets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** {@code tests/traffic.c}: crafted frames, and streams of numbered datagrams, between pods. */
final class Traffic extends Tool {
    private int markers;

    /**
     * What became of a stream.
     *
     * @param sent datagrams
     * @param marked how many of them before the mark
     * @param received all that arrived
     * @param beyond those among them that were sent after the mark
     */
    record Stream(long sent, long marked, long received, long beyond) {}

    Traffic(final Path folder) throws IOException, InterruptedException {
        super("traffic", folder);
    }

    /** Opens a namespace under a name. */
    void open(final String name, final Netns netns) throws IOException {
        command("pod " + name + " " + netns.path());
        answer();
    }

    /** Closes what it has of a namespace. */
    void forget(final String name) throws IOException {
        command("forget " + name);
        answer();
    }

    /**
     * Sends frames out of a pod's interface.
     *
     * @return for each whether it arrived at {@code to}, told without waiting for what does not
     *     come: everybody gets the broadcast that follows
     */
    List<Boolean> deliver(final Pod from, final Pod to, final List<byte[]> frames)
            throws IOException {
        final StringBuilder line = new StringBuilder("frames ").append(from.name());
        final List<String> hex = new ArrayList<>();
        for (final byte[] frame : frames) {
            hex.add(hex(frame));
            line.append(' ').append(hex.get(hex.size() - 1));
        }
        command(line + " | " + to.name() + " " + marker(from));
        final String heard = answer();
        if (heard.equals("lost")) {
            throw new IOException("not even ARP comes from " + from.name() + " to " + to.name());
        }
        final List<String> arrived = Arrays.asList(heard.split(" "));
        return hex.stream().map(arrived::contains).toList();
    }

    /** ARP for an address that nobody has: it passes whatever policy says. */
    private String marker(final Pod from) {
        markers++;
        final String nobody = "10.88.%d.%d".formatted(240 + markers / 256 % 15, markers % 256);
        return hex(
                Packets.arp(from.address(false), from.mac(), nobody, "ff:ff:ff:ff:ff:ff").build());
    }

    private static String hex(final byte[] frame) {
        return HexFormat.of().formatHex(frame);
    }

    /** Starts a stream from one open namespace to another; {@code micros} 0: as fast as it goes. */
    void stream(
            final String from,
            final String to,
            final String address,
            final int port,
            final int micros)
            throws IOException {
        command("stream %s %s %s %d %d".formatted(from, to, address, port, micros));
        answer();
    }

    /** Remembers how far all streams are, and waits until each has sent some more. */
    void mark(final int more) throws IOException {
        command("mark " + more);
        answer();
    }

    /** Ends all streams; in the order in which they were started. */
    List<Stream> stop() throws IOException {
        command("stop");
        final String[] words = answer().trim().split(" ");
        final List<Stream> streams = new ArrayList<>();
        for (int i = 0; i + 3 < words.length; i += 4) {
            streams.add(
                    new Stream(
                            Long.parseLong(words[i]),
                            Long.parseLong(words[i + 1]),
                            Long.parseLong(words[i + 2]),
                            Long.parseLong(words[i + 3])));
        }
        return streams;
    }
}
