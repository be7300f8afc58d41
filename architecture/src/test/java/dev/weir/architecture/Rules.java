package dev.weir.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import dev.weir.controller.Main;
import dev.weir.controller.Version;
import dev.weir.dataplane.jni.BpfException;
import java.lang.reflect.Field;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Who may know whom. Each rule has a class that breaks it, in a package named planted. */
final class Rules {
    private static final String BANNED =
            "(?i).*\\.(utils?|helpers?|managers?|common|impl)(\\..*)?$"
                    + "|.*[.$A-Za-z0-9](Utils?|Helper|Manager|Common|Impl)$";

    static final ArchRule ONLY_JNI_HAS_NATIVE_METHODS =
            methods()
                    .that()
                    .areDeclaredInClassesThat()
                    .resideOutsideOfPackage("dev.weir.dataplane.jni")
                    .should()
                    .notHaveModifier(NATIVE);

    static final ArchRule DATAPLANE_DOES_NOT_KNOW_ITS_CALLERS =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir.dataplane..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.weir.controller..",
                            "io.netty..",
                            "com.fasterxml..",
                            "picocli..",
                            "org.slf4j..");

    static final ArchRule LAYOUT_NEEDS_ONLY_AGRONA =
            classes()
                    .that()
                    .resideInAPackage("dev.weir.dataplane.layout..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("dev.weir.dataplane.layout..", "org.agrona..", "java..");

    static final ArchRule TABLES_NEED_NO_KERNEL_TO_BE_UNDERSTOOD =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir.dataplane.table..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.weir.dataplane.object..",
                            "dev.weir.dataplane.attach..",
                            "dev.weir.dataplane.netlink..");

    static final ArchRule POLICY_IDENTITY_AND_COMPILE_SEE_NO_KERNEL_AND_NO_NETWORK =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.weir.controller.policy..",
                            "dev.weir.controller.identity..",
                            "dev.weir.controller.compile..",
                            "dev.weir.controller.explain..",
                            "dev.weir.controller.lint..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "dev.weir.dataplane..",
                                            "io.netty..",
                                            "java.net..",
                                            "java.nio.file..",
                                            "java.nio.channels..",
                                            "java.util.concurrent..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.weir.dataplane.layout..",
                                                            "dev.weir.dataplane.table.."))));

    static final ArchRule POLICY_IDENTITY_AND_COMPILE_READ_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.weir.controller.policy..",
                            "dev.weir.controller.identity..",
                            "dev.weir.controller.compile..",
                            "dev.weir.controller.explain..",
                            "dev.weir.controller.lint..")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(UUID.class, "randomUUID");

    static final ArchRule POLICY_DOES_NOT_KNOW_ITS_COMPILER =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.weir.controller.policy..",
                            "dev.weir.controller.identity..",
                            "dev.weir.controller.lint..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.weir.controller.compile..",
                            "dev.weir.controller.apply..",
                            "dev.weir.controller.endpoint..",
                            "dev.weir.controller.flow..",
                            "dev.weir.controller.store..");

    static final ArchRule CLI_SPEAKS_ONLY_REST =
            classes()
                    .that()
                    .resideInAPackage("dev.weir.controller.cli..")
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage(
                                            "dev.weir.controller.cli..",
                                            "dev.weir.controller.conflist..",
                                            "dev.weir.controller.document..",
                                            "dev.weir.controller.lint..",
                                            "dev.weir.controller.policy..",
                                            "com.fasterxml..",
                                            "org.yaml.snakeyaml..",
                                            "picocli..",
                                            "org.jline..",
                                            "java..")
                                    .or(belongToAnyOf(Version.class)));

    static final ArchRule NOBODY_DEPENDS_ON_APP =
            noClasses()
                    .that(
                            not(
                                    resideInAPackage("dev.weir.controller.app..")
                                            .or(belongToAnyOf(Main.class))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.weir.controller.app..");

    static final ArchRule ONLY_MAIN_DEPENDS_ON_CLI =
            noClasses()
                    .that(
                            not(
                                    resideInAPackage("dev.weir.controller.cli..")
                                            .or(belongToAnyOf(Main.class))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.weir.controller.cli..");

    static final ArchRule ONLY_APP_DEPENDS_ON_API =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "dev.weir.controller.api..", "dev.weir.controller.app..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.weir.controller.api..");

    static final ArchRule ONLY_API_KNOWS_NETTY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.weir.controller.api..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    static final ArchRule STORE_AND_SHIELD_KNOW_NO_NEIGHBOUR =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.weir.controller.store..", "dev.weir.controller.shield..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("dev.weir.controller..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.weir.controller.store..",
                                                            "dev.weir.controller.shield.."))));

    static final ArchRule FLOWS_ARE_READ_NOT_STEERED =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir.controller.flow..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.weir.controller.apply..",
                            "dev.weir.controller.store..",
                            "dev.weir.dataplane.attach..",
                            "dev.weir.dataplane.object..");

    static final ArchRule EXPORTS_KNOW_ONLY_FLOWS =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir.controller.export..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("dev.weir..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "dev.weir.controller.export..",
                                                            "dev.weir.controller.flow..",
                                                            "dev.weir.controller.thread..",
                                                            "dev.weir.dataplane.layout.."))));

    static final ArchRule ONLY_OTLP_KNOWS_OPENTELEMETRY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.weir.controller.export.otlp..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.opentelemetry..");

    static final ArchRule CONTROLLER_CALLS_NO_NATIVE_METHOD =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir.controller..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("dev.weir.dataplane.jni..")
                                    .and(not(belongToAnyOf(BpfException.class))));

    static final ArchRule NO_BANNED_NAMES =
            noClasses()
                    .that()
                    .resideInAPackage("dev.weir..")
                    .should()
                    .haveNameMatching(BANNED)
                    .because("such a name does not say what a thing is about");

    static final ArchRule NO_CYCLES_IN_THE_CONTROLLER =
            slices().matching("dev.weir.controller.(**)").should().beFreeOfCycles();

    static final ArchRule NO_CYCLES_IN_THE_DATAPLANE =
            slices().matching("dev.weir.dataplane.(**)").should().beFreeOfCycles();

    private Rules() {}

    /** Every rule above by its name, in the order they stand in. */
    static Map<String, ArchRule> all() {
        final Map<String, ArchRule> rules = new LinkedHashMap<>();
        for (final Field field : Rules.class.getDeclaredFields()) {
            if (field.getType() == ArchRule.class) {
                try {
                    rules.put(field.getName(), (ArchRule) field.get(null));
                } catch (final IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return rules;
    }
}
