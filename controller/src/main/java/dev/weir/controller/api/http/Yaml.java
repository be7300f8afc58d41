package dev.weir.controller.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML to JSON nodes. One document; keys are strings and come once; scalars are typed as YAML 1.2
 * does ({@code yes} and {@code on} are strings, a date and {@code 0123} too). Aliases are followed
 * within a budget of nodes, so a small body cannot become a large object.
 */
final class Yaml {
    /** Nodes that a document may have once its aliases are written out. */
    private static final int MAX_NODES = 100_000;

    private static final Set<Tag> KNOWN_TAGS =
            Set.of(
                    Tag.MAP,
                    Tag.SEQ,
                    Tag.STR,
                    Tag.NULL,
                    Tag.BOOL,
                    Tag.INT,
                    Tag.FLOAT,
                    Tag.TIMESTAMP);
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern TRUE = Pattern.compile("true|True|TRUE");
    private static final Pattern FALSE = Pattern.compile("false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,400})");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,100}");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

    private int nodes;

    private Yaml() {}

    /**
     * The document in {@code text}.
     *
     * @throws ApiException 400, with line and column where they are known
     */
    static JsonNode parse(final byte[] text) {
        final LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(Json.MAX_DEPTH);
        options.setCodePointLimit(Integer.MAX_VALUE); // The server has bounded the body.
        final Node root;
        try {
            root = new org.yaml.snakeyaml.Yaml(options).compose(new StringReader(decode(text)));
        } catch (final MarkedYAMLException e) {
            final String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw malformed(context + e.getProblem(), e.getProblemMark());
        } catch (final YAMLException e) {
            throw malformed(e.getMessage(), null);
        }
        if (root == null) {
            throw ApiException.badRequest("body: empty (expected: a YAML document)");
        }
        return new Yaml().convert(root, 0);
    }

    private static String decode(final byte[] text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (final CharacterCodingException e) {
            throw malformed("not UTF-8", null);
        }
    }

    private static ApiException malformed(final String problem, final Mark mark) {
        final String where =
                mark == null
                        ? ""
                        : " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
        return ApiException.badRequest("body is not YAML: " + problem + where);
    }

    private JsonNode convert(final Node node, final int depth) {
        nodes++;
        if (nodes > MAX_NODES) {
            throw malformed("aliases expand to more than " + MAX_NODES + " nodes", null);
        }
        if (depth > Json.MAX_DEPTH) {
            throw malformed("nested deeper than " + Json.MAX_DEPTH, node.getStartMark());
        }
        if (!KNOWN_TAGS.contains(node.getTag())) {
            throw malformed("tag " + node.getTag() + " is not supported", node.getStartMark());
        }
        if (node instanceof MappingNode) {
            return mapping((MappingNode) node, depth);
        }
        if (node instanceof SequenceNode) {
            final ArrayNode list = Json.array();
            for (final Node element : ((SequenceNode) node).getValue()) {
                list.add(convert(element, depth + 1));
            }
            return list;
        }
        return scalar((ScalarNode) node);
    }

    private ObjectNode mapping(final MappingNode node, final int depth) {
        final ObjectNode object = Json.object();
        for (final NodeTuple entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode)) {
                throw malformed("a key must be a string", entry.getKeyNode().getStartMark());
            }
            final ScalarNode keyNode = (ScalarNode) entry.getKeyNode();
            final String key = keyNode.getValue();
            if (keyNode.getTag().equals(Tag.MERGE)) {
                throw malformed("merge key << is not supported", keyNode.getStartMark());
            }
            if (object.has(key)) {
                throw malformed("key " + key + " comes twice", keyNode.getStartMark());
            }
            object.set(key, convert(entry.getValueNode(), depth + 1));
        }
        return object;
    }

    private static JsonNode scalar(final ScalarNode node) {
        final String text = node.getValue();
        final JsonNodeFactory make = JsonNodeFactory.instance;
        if (!node.isPlain() || node.getTag().equals(Tag.STR)) {
            return make.textNode(text);
        }
        if (NULL.matcher(text).matches()) {
            return make.nullNode();
        }
        if (TRUE.matcher(text).matches() || FALSE.matcher(text).matches()) {
            return make.booleanNode(TRUE.matcher(text).matches());
        }
        if (INTEGER.matcher(text).matches()) {
            return integer(new BigInteger(text));
        }
        if (HEX.matcher(text).matches()) {
            return integer(new BigInteger(text.substring(2), 16));
        }
        return FLOAT.matcher(text).matches()
                ? make.numberNode(new BigDecimal(text))
                : make.textNode(text);
    }

    private static JsonNode integer(final BigInteger value) {
        final JsonNodeFactory make = JsonNodeFactory.instance;
        if (value.bitLength() < 32) {
            return make.numberNode(value.intValue());
        }
        return value.bitLength() < 64 ? make.numberNode(value.longValue()) : make.numberNode(value);
    }
}
