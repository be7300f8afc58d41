package dev.weir.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each file that README.md or docs name is there; each package says what it is about. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** A link's target, or something in backticks that ends like a source file. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    private static final Pattern QUOTED =
            Pattern.compile(
                    "`([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*"
                            + "\\.(?:java|bpf\\.c|c|h|sh|md|xml|py))(?::\\d+)?`");

    @Test
    void shouldNameOnlyFilesThatExist() throws IOException {
        final Set<String> files = files();
        final List<String> missing = new ArrayList<>();
        for (final Path page : pages()) {
            missing.addAll(missing(page, files));
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void shouldNoticeAFileThatIsGone(@TempDir final Path folder) throws IOException {
        final Path page = folder.resolve("page.md");
        Files.writeString(
                page,
                "See `bpf/common/abi.h`, `Main.java:12` and [x](gone.md), then `bpf/gone.h`.\n");

        assertThat(missing(page, Set.of("bpf/common/abi.h", "a/Main.java")))
                .containsExactly("page.md: gone.md", "page.md: bpf/gone.h");
    }

    @Test
    void shouldSayInEachPackageWhereToStartAndWhatItDependsOn() throws IOException {
        for (final String file : files()) {
            if (file.endsWith(".java") && file.contains("src/main/java/")) {
                final Path info = ROOT.resolve(file).resolveSibling("package-info.java");
                assertThat(info).as("package of %s", file).exists();
                assertThat(Files.readString(info))
                        .as("%s", ROOT.relativize(info))
                        .contains("Start at");
            }
        }
    }

    private static List<String> missing(final Path page, final Set<String> files)
            throws IOException {
        final List<String> missing = new ArrayList<>();
        final String text = Files.readString(page);
        final Matcher link = LINK.matcher(text);
        while (link.find()) {
            final String target = link.group(1);
            if (!target.contains("://") && !Files.exists(page.resolveSibling(target))) {
                missing.add(page.getFileName() + ": " + target);
            }
        }
        final Matcher quoted = QUOTED.matcher(text);
        while (quoted.find()) {
            final String name = quoted.group(1);
            if (files.stream().noneMatch(file -> file.equals(name) || file.endsWith("/" + name))) {
                missing.add(page.getFileName() + ": " + name);
            }
        }
        return missing;
    }

    private static List<Path> pages() throws IOException {
        final List<Path> pages = new ArrayList<>();
        for (final String file : files()) {
            if (file.equals("README.md") || file.startsWith("docs/") && file.endsWith(".md")) {
                pages.add(ROOT.resolve(file));
            }
        }
        return pages;
    }

    /** Sources, relative to the root; nothing that a build makes. */
    private static Set<String> files() throws IOException {
        try (Stream<Path> tree = Files.walk(ROOT)) {
            return tree.map(path -> ROOT.relativize(path).toString())
                    .filter(path -> !path.matches("(.*/)?(target|\\.git)(/.*)?"))
                    .filter(path -> Files.isRegularFile(ROOT.resolve(path)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
