package dev.weir.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code etc/weir.yaml} of the distribution against the agent's own list. */
class ShippedSettingsTest {
    private static final Path FILE = Path.of("../dist/src/main/etc/weir.yaml");

    @Test
    void shouldShipEverySettingWithItsDefault() throws IOException {
        final Map<String, String> expected = new TreeMap<>();
        for (final Setting setting : Setting.values()) {
            expected.put(setting.key(), setting.byDefault());
        }

        final Map<String, String> shipped = new TreeMap<>();
        flatten("", new YAMLMapper().readTree(FILE.toFile()), shipped);

        assertThat(shipped).isEqualTo(expected);
    }

    @Test
    void shouldReadAsTheDefaults() throws IOException {
        final AgentSettings shipped =
                new SettingsReader().read("weir.yaml", Files.readString(FILE), Map.of());

        assertThat(shipped).isEqualTo(AgentSettings.defaults());
    }

    @Test
    void shouldExplainEachSettingOnTheLineBeforeIt() throws IOException {
        final List<String> lines = Files.readAllLines(FILE);

        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                assertThat(lines.get(i - 1).strip()).as("before %s", line).startsWith("# ");
            }
        }
    }

    private static void flatten(
            final String prefix, final JsonNode node, final Map<String, String> into) {
        for (final Map.Entry<String, JsonNode> member : node.properties()) {
            if (member.getValue().isObject()) {
                flatten(prefix + member.getKey() + ".", member.getValue(), into);
            } else {
                into.put(prefix + member.getKey(), member.getValue().asText());
            }
        }
    }
}
