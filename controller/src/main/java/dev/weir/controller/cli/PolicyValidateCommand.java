package dev.weir.controller.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.controller.cli.ManifestFiles.Manifest;
import dev.weir.controller.cli.client.AgentException;
import dev.weir.controller.document.Json;
import dev.weir.controller.lint.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code weir policy validate -f FILE}: the agent's own checks, without an agent; and what is legal
 * but surely a mistake, for which an agent tells who is there to be selected.
 */
final class PolicyValidateCommand extends WeirCommand {
    private final ManifestOptions manifests = new ManifestOptions(args);

    private final Output output = new Output(args);

    private final Arg<Boolean> strict = args.flag("--strict", "Exits 1 for warnings too.");

    private final Arg<Boolean> offline = args.flag("--offline", "Asks no agent.");

    PolicyValidateCommand() {
        super(
                "validate",
                "Says all that is wrong with files, by line and field, and warns about what is"
                        + " surely a mistake. Needs no agent; asks one, if it can, what selectors"
                        + " select here.");
    }

    @Override
    public Integer call() {
        final List<Manifest> read = new ArrayList<>();
        final List<Finding> findings = new ArrayList<>();
        for (final String name : manifests.names()) {
            read(name, read, findings);
        }
        String notAsked = offline.value() ? "told not to ask" : "";
        Optional<Surroundings> surroundings = Optional.empty();
        if (!offline.value() && !read.isEmpty()) {
            try {
                surroundings = Optional.of(HereAndThere.of(agent(), read));
            } catch (final AgentException e) {
                notAsked = e.getMessage();
            }
        }
        final ManifestCheck check = new ManifestCheck(manifests.namespace(), surroundings);
        for (final Manifest manifest : read) {
            final List<Finding> ofOne = check.of(manifest);
            findings.addAll(ofOne);
            if (output.forPeople()) {
                tell(manifest, ofOne);
            }
        }
        if (!output.forPeople()) {
            out().print(output.text(json(findings, notAsked)));
        } else if (!notAsked.isEmpty() && !offline.value()) {
            err().println("weir: note: not checked what selectors select here: " + notAsked);
        }
        final boolean wrong = findings.stream().anyMatch(each -> strict.value() || each.error());
        return wrong ? Cli.FAILED : Cli.DONE;
    }

    /** A file that cannot be read is one finding, and the others are looked at. */
    private void read(final String name, final List<Manifest> read, final List<Finding> findings) {
        try {
            for (final String file : ManifestFiles.files(name)) {
                try {
                    read.addAll(ManifestFiles.readOne(file, System.in));
                } catch (final CommandException e) {
                    unreadable(file, e, findings);
                }
            }
        } catch (final CommandException e) {
            unreadable(name, e, findings);
        }
    }

    private void unreadable(
            final String file, final CommandException e, final List<Finding> findings) {
        findings.add(Finding.unreadable(file, e.getMessage()));
        if (output.forPeople()) {
            err().println("weir: " + e.getMessage());
        }
    }

    private void tell(final Manifest manifest, final List<Finding> findings) {
        findings.forEach(finding -> err().println("weir: " + finding));
        if (findings.stream().noneMatch(Finding::error)) {
            final int warnings = findings.size();
            out().println(
                            manifest.source()
                                    + ": "
                                    + ManifestCheck.shortName(manifest)
                                    + " is valid"
                                    + (warnings == 0 ? "" : ", with warnings: " + warnings));
        }
    }

    private static ObjectNode json(final List<Finding> findings, final String notAsked) {
        final long errors = findings.stream().filter(Finding::error).count();
        final ObjectNode answer =
                Json.object()
                        .put("valid", errors == 0)
                        .put("errors", errors)
                        .put("warnings", findings.size() - errors);
        if (!notAsked.isEmpty()) {
            answer.put("notAsked", notAsked);
        }
        final ArrayNode items = answer.putArray("findings");
        findings.forEach(finding -> items.add(finding.json()));
        return answer;
    }
}
