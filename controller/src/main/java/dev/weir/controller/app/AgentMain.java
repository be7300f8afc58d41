package dev.weir.controller.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code weir agent}: flags and file to settings, settings to a running agent. */
public final class AgentMain {
    private static final String CONFIG = "--config";
    private static final String DETACH_ALL = "--detach-all";
    private static final String HELP = "--help";
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private AgentMain() {}

    /** Ends the JVM: 0 after SIGTERM, 1 if it could not start, 2 for wrong flags or settings. */
    public static void main(final String[] args) {
        logToStandardError();
        final int code = run(args);
        if (code >= 0) {
            System.exit(code);
        }
    }

    /** slf4j-simple, one line an event; to be said before the first logger is made. */
    private static void logToStandardError() {
        final String prefix = "org.slf4j.simpleLogger.";
        setDefault(prefix + "logFile", "System.err");
        setDefault(prefix + "showDateTime", "true");
        setDefault(prefix + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        setDefault(prefix + "showThreadName", "false");
        setDefault(prefix + "showShortLogName", "true");
        setDefault(prefix + "levelInBrackets", "false");
    }

    private static void setDefault(final String property, final String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static int run(final String[] args) {
        final CommandLine line = new CommandLine(flags());
        final ParseResult parsed;
        try {
            parsed = line.parseArgs(args);
        } catch (final ParameterException e) {
            System.err.println("weir agent: " + e.getMessage());
            return WRONG_USAGE;
        }
        if (parsed.hasMatchedOption(HELP)) {
            line.usage(System.out);
            return 0;
        }
        try {
            return run(parsed, settings(parsed));
        } catch (final SettingsException e) {
            e.getMessage().lines().forEach(each -> System.err.println("weir agent: " + each));
            return WRONG_USAGE;
        } catch (final StartException e) {
            System.err.println("weir agent: " + e.getMessage());
            return FAILED;
        }
    }

    private static int run(final ParseResult parsed, final AgentSettings settings) {
        if (parsed.hasMatchedOption(DETACH_ALL)) {
            Agent.detachAll(settings);
            return 0;
        }
        final Logger log = LoggerFactory.getLogger(AgentMain.class);
        final Agent agent = Agent.start(settings);
        final CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    log.info("stopping; the programs go on enforcing and counting");
                                    agent.close();
                                    end.countDown();
                                },
                                "weir-shutdown"));
        try {
            end.await();
        } catch (final InterruptedException e) {
            agent.close();
        }
        return -1;
    }

    /** One flag a setting, and those that are no setting. */
    static CommandSpec flags() {
        final CommandSpec spec = CommandSpec.create().name("weir agent");
        spec.usageMessage()
                .description(
                        "Runs the agent. Settings come from --config and from the flags, which win.");
        spec.addOption(
                OptionSpec.builder(CONFIG)
                        .type(String.class)
                        .paramLabel("FILE")
                        .description("settings in YAML, as etc/weir.yaml has them")
                        .build());
        spec.addOption(
                OptionSpec.builder(DETACH_ALL)
                        .description(
                                "take every program, table and pin of this agent away, and end")
                        .build());
        spec.addOption(
                OptionSpec.builder("-h", HELP)
                        .usageHelp(true)
                        .description("show this help")
                        .build());
        for (final Setting setting : Setting.values()) {
            spec.addOption(
                    OptionSpec.builder(setting.flag())
                            .type(String.class)
                            .paramLabel("VALUE")
                            .description(
                                    setting.text()
                                            + " ("
                                            + (setting.byDefault().isEmpty()
                                                    ? "none"
                                                    : setting.byDefault())
                                            + ")")
                            .build());
        }
        return spec;
    }

    /**
     * Reads the file and the flags.
     *
     * @throws SettingsException with every problem
     */
    static AgentSettings settings(final ParseResult parsed) {
        final Map<Setting, String> given = new EnumMap<>(Setting.class);
        for (final Setting setting : Setting.values()) {
            if (parsed.hasMatchedOption(setting.flag())) {
                given.put(setting, parsed.matchedOptionValue(setting.flag(), ""));
            }
        }
        final String file = parsed.matchedOptionValue(CONFIG, "");
        return new SettingsReader().read(file, file.isEmpty() ? "" : text(file), given);
    }

    private static String text(final String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (final IOException e) {
            throw new SettingsException(
                    List.of(CONFIG + ": " + file + " cannot be read (expected: a YAML file)"));
        }
    }
}
