package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.cli.text.TextTable;
import java.io.IOException;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/** {@code weir top} on the whole terminal. One thread; signals only leave a note. */
final class TopScreen implements AutoCloseable {
    private static final String KEYS =
            "c containers  f flows  r rules | by b bytes  p packets  d drops  t rtt"
                    + "  x retransmits | / filter  space pause  + - interval  q quit";
    private static final int ABOVE = 3;
    private static final int ESCAPE = 27;
    private static final int BACKSPACE = 127;

    private final TopReader reader;
    private final Terminal terminal;
    private final Display display;
    private final Attributes before;

    private TopView view;
    private TopOrder by;
    private int interval;
    private List<JsonNode> items = List.of();
    private String problem = "";
    private StringBuilder typing;
    private boolean paused;
    private boolean fresh;
    private volatile boolean quit;
    private volatile boolean resized;

    TopScreen(final TopReader reader, final TopView view, final TopOrder by, final int interval)
            throws IOException {
        this.reader = reader;
        this.view = view;
        this.by = by;
        this.interval = interval;
        // By stty: a native library would have to be unpacked at each start.
        terminal =
                TerminalBuilder.builder()
                        .system(true)
                        .dumb(false)
                        .exec(true)
                        .jni(false)
                        .ffm(false)
                        .jansi(false)
                        .jna(false)
                        .build();
        before = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.INT, signal -> quit = true);
        terminal.handle(Terminal.Signal.WINCH, signal -> resized = true);
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        display = new Display(terminal, true);
        resize();
    }

    private void resize() {
        resized = false;
        final Size size = terminal.getSize();
        display.resize(Math.max(4, size.getRows()), Math.max(20, size.getColumns()));
        display.clear();
    }

    /** Shows and obeys until the user quits. */
    void run() throws IOException {
        items = reader.read(view, by, rows()); // here the first failure ends the command
        long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (!quit) {
            draw();
            final long left = TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime());
            obey(terminal.reader().read(Math.max(1, Math.min(250, left))));
            if (fresh || !paused && System.nanoTime() - next >= 0) {
                look();
                next = System.nanoTime() + TimeUnit.SECONDS.toNanos(interval);
            }
            if (resized) {
                resize();
            }
        }
    }

    private int rows() {
        return Math.max(1, terminal.getHeight() - ABOVE);
    }

    private void look() {
        fresh = false;
        try {
            items = reader.read(view, by, rows());
            problem = "";
        } catch (final AgentException e) {
            problem = e.getMessage();
        }
    }

    private void obey(final int key) {
        if (key == NonBlockingReader.READ_EXPIRED) {
            return;
        }
        if (typing != null) {
            type(key);
            return;
        }
        switch (key) {
            case NonBlockingReader.EOF, 'q', 3 -> quit = true;
            case 'c' -> show(TopView.CONTAINERS);
            case 'f' -> show(TopView.FLOWS);
            case 'r' -> show(TopView.RULES);
            case 'b' -> sort(TopOrder.BYTES);
            case 'p' -> sort(TopOrder.PACKETS);
            case 'd' -> sort(TopOrder.DROPS);
            case 't' -> sort(TopOrder.RTT);
            case 'x' -> sort(TopOrder.RETRANSMITS);
            case ' ' -> paused = !paused;
            case '+' -> interval = Math.min(60, interval + 1);
            case '-' -> interval = Math.max(1, interval - 1);
            case '/' -> typing = new StringBuilder(String.join(" ", reader.filters()));
            default -> {
                // A key without a meaning.
            }
        }
    }

    private void show(final TopView wanted) {
        view = wanted;
        sort(wanted == TopView.RULES && by.compareTo(TopOrder.RTT) >= 0 ? TopOrder.BYTES : by);
    }

    private void sort(final TopOrder wanted) {
        if (view != TopView.RULES || wanted.compareTo(TopOrder.RTT) < 0) {
            by = wanted;
        }
        fresh = true;
    }

    /** Filters of flows as REST has them, with blanks between: {@code pod=web not-port=80}. */
    private void type(final int key) {
        switch (key) {
            case '\r', '\n' -> {
                final List<String> filters = new ArrayList<>();
                for (final String word : typing.toString().strip().split("\\s+")) {
                    final int equals = word.indexOf('=');
                    if (equals > 0) {
                        filters.add(
                                word.substring(0, equals + 1)
                                        + WeirCommand.encoded(word.substring(equals + 1)));
                    }
                }
                reader.filters(filters);
                typing = null;
                show(TopView.FLOWS);
            }
            case ESCAPE -> typing = null;
            case BACKSPACE, '\b' -> typing.setLength(Math.max(0, typing.length() - 1));
            default -> {
                if (key >= ' ') {
                    typing.append((char) key);
                }
            }
        }
    }

    private void draw() {
        final int width = Math.max(20, terminal.getWidth());
        final List<AttributedString> lines = new ArrayList<>();
        lines.add(line(title(), width, AttributedStyle.BOLD));
        lines.add(line(KEYS, width, AttributedStyle.DEFAULT.faint()));
        final TextTable table = new TextTable(view.headers());
        for (final JsonNode item : items.subList(0, Math.min(items.size(), rows()))) {
            table.row((Object[]) view.cells(item));
        }
        for (final String row : table.toString().split("\n")) {
            lines.add(
                    line(
                            row,
                            width,
                            lines.size() == ABOVE - 1
                                    ? AttributedStyle.INVERSE
                                    : AttributedStyle.DEFAULT));
        }
        display.update(lines, -1);
    }

    private String title() {
        if (typing != null) {
            return "filter of flows, such as pod=web not-port=80: " + typing + "_";
        }
        final String filters = String.join(" ", reader.filters());
        return "weir top: "
                + view
                + " by "
                + by
                + ", every "
                + interval
                + " s, "
                + LocalTime.now().truncatedTo(ChronoUnit.SECONDS)
                + (paused ? ", PAUSED" : "")
                + (view == TopView.FLOWS && !filters.isEmpty() ? ", " + filters : "")
                + (problem.isEmpty() ? "" : ", " + problem);
    }

    private static AttributedString line(
            final String text, final int width, final AttributedStyle style) {
        final StringBuilder fitting =
                new StringBuilder(text.length() > width ? text.substring(0, width) : text);
        if (style == AttributedStyle.INVERSE) {
            fitting.append(" ".repeat(width - fitting.length()));
        }
        return new AttributedStringBuilder().append(fitting, style).toAttributedString();
    }

    @Override
    public void close() throws IOException {
        terminal.puts(Capability.cursor_visible);
        terminal.puts(Capability.exit_ca_mode);
        terminal.setAttributes(before);
        terminal.flush();
        terminal.close();
    }
}
