package dev.weir.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule over every class of dataplane and controller; and every rule seen to fail. */
class ArchitectureTest {
    private static JavaClasses product;

    /** Rule to the class that breaks it and nothing else. */
    private static final Map<String, Class<?>[]> PLANTED =
            Map.ofEntries(
                    planted(
                            "ONLY_JNI_HAS_NATIVE_METHODS",
                            dev.weir.controller.planted.NativeMethod.class),
                    planted(
                            "DATAPLANE_DOES_NOT_KNOW_ITS_CALLERS",
                            dev.weir.dataplane.planted.KnowsTheController.class),
                    planted(
                            "LAYOUT_NEEDS_ONLY_AGRONA",
                            dev.weir.dataplane.layout.planted.KnowsATable.class),
                    planted(
                            "TABLES_NEED_NO_KERNEL_TO_BE_UNDERSTOOD",
                            dev.weir.dataplane.table.planted.KnowsAnInterface.class),
                    planted(
                            "POLICY_IDENTITY_AND_COMPILE_SEE_NO_KERNEL_AND_NO_NETWORK",
                            dev.weir.controller.policy.planted.ReadsAFile.class),
                    planted(
                            "POLICY_IDENTITY_AND_COMPILE_READ_NO_CLOCK",
                            dev.weir.controller.compile.planted.ReadsAClock.class),
                    planted(
                            "POLICY_DOES_NOT_KNOW_ITS_COMPILER",
                            dev.weir.controller.identity.planted.KnowsTheCompiler.class),
                    planted(
                            "CLI_SPEAKS_ONLY_REST",
                            dev.weir.controller.cli.planted.KnowsFlows.class),
                    planted(
                            "NOBODY_DEPENDS_ON_APP",
                            dev.weir.controller.flow.planted.KnowsTheApp.class),
                    planted(
                            "ONLY_MAIN_DEPENDS_ON_CLI",
                            dev.weir.controller.apply.planted.KnowsTheCli.class),
                    planted(
                            "ONLY_APP_DEPENDS_ON_API",
                            dev.weir.controller.apply.planted.KnowsTheApi.class),
                    planted(
                            "ONLY_API_KNOWS_NETTY",
                            dev.weir.controller.apply.planted.KnowsNetty.class),
                    planted(
                            "STORE_AND_SHIELD_KNOW_NO_NEIGHBOUR",
                            dev.weir.controller.store.planted.KnowsEndpoints.class),
                    planted(
                            "FLOWS_ARE_READ_NOT_STEERED",
                            dev.weir.controller.flow.planted.Applies.class),
                    planted(
                            "EXPORTS_KNOW_ONLY_FLOWS",
                            dev.weir.controller.export.planted.KnowsTheApplier.class),
                    planted(
                            "ONLY_OTLP_KNOWS_OPENTELEMETRY",
                            dev.weir.controller.export.planted.KnowsOpenTelemetry.class),
                    planted(
                            "CONTROLLER_CALLS_NO_NATIVE_METHOD",
                            dev.weir.controller.endpoint.planted.KnowsErrorNumbers.class),
                    planted("NO_BANNED_NAMES", dev.weir.controller.planted.FlowHelper.class),
                    planted(
                            "NO_CYCLES_IN_THE_CONTROLLER",
                            dev.weir.controller.planted.one.First.class,
                            dev.weir.controller.planted.two.Second.class),
                    planted(
                            "NO_CYCLES_IN_THE_DATAPLANE",
                            dev.weir.dataplane.planted.one.First.class,
                            dev.weir.dataplane.planted.two.Second.class));

    private static Map.Entry<String, Class<?>[]> planted(
            final String rule, final Class<?>... breaking) {
        return Map.entry(rule, breaking);
    }

    @BeforeAll
    static void readTheProduct() {
        product =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.weir");
    }

    @Test
    void shouldSeeTheWholeProduct() {
        assertThat(product.contain("dev.weir.dataplane.Dataplane")).isTrue();
        assertThat(product.contain("dev.weir.controller.Main")).isTrue();
        assertThat(product.contain("dev.weir.controller.planted.FlowHelper")).isFalse();
    }

    @TestFactory
    Stream<DynamicTest> shouldHold() {
        return Rules.all().entrySet().stream()
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.getKey(), () -> rule.getValue().check(product)));
    }

    @TestFactory
    Stream<DynamicTest> shouldFailOnAPlantedViolation() {
        return Rules.all().entrySet().stream()
                .map(
                        rule ->
                                DynamicTest.dynamicTest(
                                        rule.getKey(),
                                        () -> shouldFail(rule.getKey(), rule.getValue())));
    }

    private static void shouldFail(final String name, final ArchRule rule) {
        final Class<?>[] breaking = PLANTED.get(name);
        assertThat(breaking).as("a planted violation of %s", name).isNotNull();

        final String report =
                rule.evaluate(new ClassFileImporter().importClasses(breaking))
                        .getFailureReport()
                        .toString();

        assertThat(report).contains(breaking[0].getName());
    }
}
