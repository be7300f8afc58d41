package dev.weir.controller.api.v1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.api.http.Chunks;
import dev.weir.controller.api.http.Json;
import dev.weir.controller.flow.FlowAnswer;
import dev.weir.controller.flow.FlowRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;

/**
 * The answer to a query, made piece by piece while the client reads, so that a large one never lies
 * in memory as text: {@code {"items":[…],"matched":n,"complete":true,"missing":[],"sampled":1,
 * "completeness":{…}}}.
 */
final class FlowList implements Chunks {
    private static final int PIECE = 16 << 10;

    /** One packet in so many is counted: Weir counts each. */
    private static final int SAMPLED = 1;

    private final FlowAnswer answer;
    private final Iterator<FlowRecord> items;
    private boolean begun;
    private boolean over;

    FlowList(final FlowAnswer answer) {
        this.answer = answer;
        this.items = answer.items().iterator();
    }

    @Override
    public void onReady(final Runnable ready) {
        // Everything is there from the start.
    }

    @Override
    public byte[] next() {
        if (over) {
            return null;
        }
        final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE + 1_024);
        boolean first = !begun;
        if (!begun) {
            piece.writeBytes("{\"items\":[".getBytes(StandardCharsets.US_ASCII));
            begun = true;
        }
        while (items.hasNext() && piece.size() < PIECE) {
            if (!first) {
                piece.write(',');
            }
            first = false;
            piece.writeBytes(Json.bytes(items.next()));
        }
        if (!items.hasNext()) {
            over = true;
            piece.writeBytes(end());
        }
        return piece.toByteArray();
    }

    /** The members after {@code items}; their opening brace becomes the comma. */
    private byte[] end() {
        final ObjectNode rest = Json.object().put("matched", answer.matched());
        rest.put("complete", answer.missing().isEmpty());
        rest.set("missing", Json.tree(answer.missing()));
        rest.put("sampled", SAMPLED);
        rest.set("completeness", Json.tree(answer.completeness()));
        final byte[] text = Json.bytes(rest);
        final byte[] end = new byte[text.length + 1];
        end[0] = ']';
        System.arraycopy(text, 0, end, 1, text.length);
        end[1] = ',';
        return end;
    }

    @Override
    public boolean ended() {
        return over;
    }

    @Override
    public void close() {
        over = true;
    }
}
