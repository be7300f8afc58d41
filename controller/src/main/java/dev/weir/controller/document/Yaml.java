package dev.weir.controller.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
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
 * YAML documents to JSON nodes and back. Scalars are typed as YAML 1.2 does, as the agent's REST
 * API does too: {@code yes}, {@code 0123} and dates are strings. Keys are strings and come once.
 * Aliases are followed within a budget of nodes, so that a small text cannot become a large object.
 */
public final class Yaml {
    /** Aliases may write a small file out into a huge object; this many nodes are enough. */
    private static final int MAX_NODES = 100_000;

    /** How deep a document may nest. */
    private static final int MAX_DEPTH = 64;

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
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,400})");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,100}");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?");

    private int nodes;

    private Yaml() {}

    /** One document, without a start marker. */
    public static String write(final JsonNode node) {
        return Json.write(
                YAMLFactory.builder()
                        .stringQuotingChecker(new Quoting())
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                        .build(),
                node,
                false);
    }

    /**
     * The one document in {@code text}.
     *
     * @throws IOException with line and column where they are known
     */
    public static JsonNode read(final String text) throws IOException {
        final Node document;
        try {
            document = parser().compose(new StringReader(text));
        } catch (final YAMLException e) {
            throw malformed(e);
        }
        if (document == null) {
            throw new IOException("empty (expected: a YAML document)");
        }
        return new Yaml().convert(document, 0);
    }

    /**
     * Every document in {@code text} and where its fields stand; empty ones are left out.
     *
     * @throws IOException with line and column where they are known
     */
    public static List<Positions.Located> locateAll(final String text) throws IOException {
        final List<Positions.Located> documents = new ArrayList<>();
        try {
            for (final Node document : parser().composeAll(new StringReader(text))) {
                final JsonNode json = new Yaml().convert(document, 0);
                if (!json.isNull()) {
                    final Positions positions = new Positions();
                    locate(document, "", positions);
                    documents.add(new Positions.Located(json, positions));
                }
            }
        } catch (final YAMLException e) {
            throw malformed(e);
        }
        return documents;
    }

    /** Of a document that {@link #convert} took: its size, depth and keys are known to be right. */
    private static void locate(final Node node, final String path, final Positions positions) {
        put(path, node, positions);
        if (node instanceof MappingNode mapping) {
            for (final NodeTuple entry : mapping.getValue()) {
                final String member =
                        Positions.member(path, ((ScalarNode) entry.getKeyNode()).getValue());
                put(member, entry.getKeyNode(), positions);
                locate(entry.getValueNode(), member, positions);
            }
        } else if (node instanceof SequenceNode sequence) {
            for (int i = 0; i < sequence.getValue().size(); i++) {
                locate(sequence.getValue().get(i), Positions.element(path, i), positions);
            }
        }
    }

    private static void put(final String path, final Node node, final Positions positions) {
        final Mark mark = node.getStartMark();
        positions.put(path, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static org.yaml.snakeyaml.Yaml parser() {
        final LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(Integer.MAX_VALUE); // Whoever read the text has bounded it.
        return new org.yaml.snakeyaml.Yaml(options);
    }

    private static IOException malformed(final YAMLException e) {
        if (e instanceof MarkedYAMLException marked) {
            final String context = marked.getContext() == null ? "" : marked.getContext() + ", ";
            return malformed(context + marked.getProblem(), marked.getProblemMark());
        }
        return new IOException(e.getMessage(), e);
    }

    private static IOException malformed(final String problem, final Mark mark) {
        return new IOException(
                mark == null
                        ? problem
                        : "line "
                                + (mark.getLine() + 1)
                                + ", column "
                                + (mark.getColumn() + 1)
                                + ": "
                                + problem);
    }

    private JsonNode convert(final Node node, final int depth) throws IOException {
        nodes++;
        if (nodes > MAX_NODES) {
            throw malformed("aliases expand to more than " + MAX_NODES + " nodes", null);
        }
        if (depth > MAX_DEPTH) {
            throw malformed("nested deeper than " + MAX_DEPTH, node.getStartMark());
        }
        if (!KNOWN_TAGS.contains(node.getTag())) {
            throw malformed("tag " + node.getTag() + " is not supported", node.getStartMark());
        }
        if (node instanceof MappingNode mapping) {
            return mapping(mapping, depth);
        }
        if (node instanceof SequenceNode sequence) {
            final ArrayNode list = NODES.arrayNode();
            for (final Node element : sequence.getValue()) {
                list.add(convert(element, depth + 1));
            }
            return list;
        }
        return scalar((ScalarNode) node);
    }

    private ObjectNode mapping(final MappingNode node, final int depth) throws IOException {
        final ObjectNode object = NODES.objectNode();
        for (final NodeTuple entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw malformed("a key must be a string", entry.getKeyNode().getStartMark());
            }
            if (key.getTag().equals(Tag.MERGE)) {
                throw malformed("merge key << is not supported", key.getStartMark());
            }
            if (object.has(key.getValue())) {
                throw malformed("key " + key.getValue() + " comes twice", key.getStartMark());
            }
            object.set(key.getValue(), convert(entry.getValueNode(), depth + 1));
        }
        return object;
    }

    private static JsonNode scalar(final ScalarNode node) {
        final String text = node.getValue();
        if (!node.isPlain() || node.getTag().equals(Tag.STR)) {
            return NODES.textNode(text);
        }
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
            case "true", "True", "TRUE" -> NODES.booleanNode(true);
            case "false", "False", "FALSE" -> NODES.booleanNode(false);
            default -> number(text);
        };
    }

    private static JsonNode number(final String text) {
        if (INTEGER.matcher(text).matches()) {
            return integer(new BigInteger(text));
        }
        if (HEX.matcher(text).matches()) {
            return integer(new BigInteger(text.substring(2), 16));
        }
        return FLOAT.matcher(text).matches()
                ? NODES.numberNode(new BigDecimal(text))
                : NODES.textNode(text);
    }

    private static JsonNode integer(final BigInteger value) {
        if (value.bitLength() < 32) {
            return NODES.numberNode(value.intValue());
        }
        return value.bitLength() < 64
                ? NODES.numberNode(value.longValue())
                : NODES.numberNode(value);
    }

    /** Times, MACs and the like: older YAML takes some of them for numbers or dates. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(final String value) {
            return super.needToQuoteValue(value)
                    || !value.isEmpty()
                            && value.charAt(0) <= '9'
                            && (value.startsWith("0x")
                                    || value.indexOf(':') > 0
                                    || value.indexOf('-') > 0);
        }
    }
}
