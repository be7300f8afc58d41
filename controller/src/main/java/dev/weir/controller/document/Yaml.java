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
 * API does too: {@code yes} and {@code 0123} are strings. Keys come once; aliases are followed.
 */
public final class Yaml {
    /** Aliases may write a small file out into a huge object; this many nodes are enough. */
    private static final int MAX_NODES = 100_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,400})");
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
     * Every document in {@code text}; empty ones are left out.
     *
     * @throws IOException with line and column
     */
    public static List<JsonNode> readAll(final String text) throws IOException {
        final LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        final List<JsonNode> documents = new ArrayList<>();
        try {
            for (final Node document :
                    new org.yaml.snakeyaml.Yaml(options).composeAll(new StringReader(text))) {
                final JsonNode json = new Yaml().convert(document);
                if (!json.isNull()) {
                    documents.add(json);
                }
            }
        } catch (final MarkedYAMLException e) {
            throw malformed(e.getProblem(), e.getProblemMark());
        } catch (final YAMLException e) {
            throw new IOException(e.getMessage(), e);
        }
        return documents;
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

    private JsonNode convert(final Node node) throws IOException {
        nodes++;
        if (nodes > MAX_NODES) {
            throw malformed("more than " + MAX_NODES + " nodes", node.getStartMark());
        }
        if (node instanceof MappingNode mapping) {
            return mapping(mapping);
        }
        if (node instanceof SequenceNode sequence) {
            final ArrayNode list = NODES.arrayNode();
            for (final Node element : sequence.getValue()) {
                list.add(convert(element));
            }
            return list;
        }
        return scalar((ScalarNode) node);
    }

    private ObjectNode mapping(final MappingNode node) throws IOException {
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
            object.set(key.getValue(), convert(entry.getValueNode()));
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
            final BigInteger value = new BigInteger(text);
            if (value.bitLength() < 32) {
                return NODES.numberNode(value.intValue());
            }
            return value.bitLength() < 64
                    ? NODES.numberNode(value.longValue())
                    : NODES.numberNode(value);
        }
        return FLOAT.matcher(text).matches()
                ? NODES.numberNode(new BigDecimal(text))
                : NODES.textNode(text);
    }

    /** Times, MACs and the like: older YAML takes some of them for numbers or dates. */
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteValue(final String value) {
            return super.needToQuoteValue(value)
                    || !value.isEmpty()
                            && value.charAt(0) <= '9'
                            && (value.indexOf(':') > 0 || value.indexOf('-') > 0);
        }
    }
}
