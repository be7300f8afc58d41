package dev.weir.controller.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.controller.api.protobuf.KubernetesProtobuf;
import dev.weir.controller.document.Yaml;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;

/** Request bodies by content type. */
public final class Bodies {
    private static final String EXPECTED =
            "application/json or application/yaml; "
                    + KubernetesProtobuf.MEDIA_TYPE
                    + " of "
                    + KubernetesProtobuf.KINDS;

    private Bodies() {}

    static JsonNode read(final String contentType, final byte[] body) {
        switch (mediaType(contentType)) {
            case "", "application/json", "text/json": // kubectl create namespace names none
                return Json.parse(body);
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml":
                return yaml(body);
            case KubernetesProtobuf.MEDIA_TYPE:
                return protobuf(contentType, body);
            default:
                throw ApiException.unsupportedMediaType(contentType, EXPECTED);
        }
    }

    private static JsonNode protobuf(final String contentType, final byte[] body) {
        try {
            return KubernetesProtobuf.read(body);
        } catch (final KubernetesProtobuf.UnknownKindException e) {
            throw ApiException.unsupportedMediaType(
                    contentType + " of " + e.getMessage(), EXPECTED);
        } catch (final IOException e) {
            throw ApiException.badRequest("body is not protobuf: " + e.getMessage());
        }
    }

    /** The one YAML document of a body; JSON is YAML. */
    public static JsonNode yaml(final byte[] body) {
        try {
            return Yaml.read(UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (final CharacterCodingException e) {
            throw ApiException.badRequest("body is not YAML: not UTF-8");
        } catch (final IOException e) {
            throw ApiException.badRequest("body is not YAML: " + e.getMessage());
        }
    }

    /** The JSON text of a body whose content type is a dialect of JSON (a patch). */
    public static JsonNode json(final byte[] body) {
        return Json.parse(body);
    }

    /** Type and subtype, lower case, without parameters. */
    public static String mediaType(final String contentType) {
        final int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** What kind of JSON value this is, for people. */
    public static String describe(final JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "nothing";
        };
    }
}
