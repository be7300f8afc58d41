package dev.weir.controller.export.otlp;

import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Posts messages to an OTLP receiver; one at a time. */
final class OtlpClient {
    /** The specification's answers that mean: later. */
    private static final Set<Integer> LATER = Set.of(429, 502, 503, 504);

    private final OtlpSettings settings;
    private final HttpClient http;

    OtlpClient(final OtlpSettings settings) {
        this.settings = settings;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.timeout())
                        .build();
    }

    /**
     * Sends one message.
     *
     * @return the body of the answer; null if the receiver refused the message for good
     * @throws IOException if it may work later
     */
    byte[] post(final String path, final MessageLite message) throws IOException {
        final HttpRequest.Builder request =
                HttpRequest.newBuilder(target(path))
                        .timeout(settings.timeout())
                        .header("Content-Type", "application/x-protobuf");
        headers(request);
        byte[] body = message.toByteArray();
        if (settings.gzip()) {
            request.header("Content-Encoding", "gzip");
            body = compressed(body);
        }
        final HttpResponse<byte[]> answer;
        try {
            answer =
                    http.send(
                            request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
        if (answer.statusCode() / 100 == 2) {
            return answer.body();
        }
        if (LATER.contains(answer.statusCode())) {
            throw new IOException(path + ": answered " + answer.statusCode());
        }
        return null;
    }

    private URI target(final String path) {
        final String base = settings.endpoint().toString();
        return URI.create(
                base.endsWith("/") ? base.substring(0, base.length() - 1) + path : base + path);
    }

    /** Read each time: a token in there may be renewed. */
    private void headers(final HttpRequest.Builder request) throws IOException {
        if (settings.headers().isEmpty()) {
            return;
        }
        for (final String line : Files.readAllLines(settings.headers().get())) {
            final int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                request.header(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
    }

    private static byte[] compressed(final byte[] body) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }
}
