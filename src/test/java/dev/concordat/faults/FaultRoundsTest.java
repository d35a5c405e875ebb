package dev.concordat.faults;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code bench/faults} is compiled from these sources without the libraries of tests. */
class FaultRoundsTest {
    @Test
    void nothingThatBenchFaultsIsCompiledFromNeedsTheLibrariesOfTests() {
        noClasses().that().areAssignableTo(FaultRounds.class).should().transitivelyDependOnClassesThat()
                .resideInAnyPackage("org.junit..", "org.assertj..", "org.awaitility..", "com.tngtech..", "org.apache.camel.test..")
                .check(new ClassFileImporter().importPath(Path.of("target", "test-classes")));
    }
}
