package dev.concordat;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Which package may know which, so that a part can be read, tested and replaced alone. */
@AnalyzeClasses(packages = "dev.concordat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.concordat";

    @ArchTest
    static final ArchRule aChangeKnowsNothing = knowsOnly("change");
    @ArchTest
    static final ArchRule theContractKnowsChanges = knowsOnly("contract", "change");
    @ArchTest
    static final ArchRule residencyKnowsContracts = knowsOnly("residency", "change", "contract");
    @ArchTest
    static final ArchRule theLedgerKnowsResidency = knowsOnly("ledger", "change", "contract", "residency");
    @ArchTest
    static final ArchRule theCrmSideKnowsTheLedger = knowsOnly("crm", "change", "contract", "residency", "ledger");
    @ArchTest
    static final ArchRule quarantineKnowsChanges = knowsOnly("quarantine", "change");
    @ArchTest
    static final ArchRule theAuditStandsAlone = knowsOnly("audit");
    @ArchTest
    static final ArchRule theToolKnowsWhatJudges = knowsOnly("tool", "change", "contract", "residency", "ledger", "quarantine");
    @ArchTest
    static final ArchRule embeddedServersStandAlone = knowsOnly("embedded");

    @ArchTest
    static final ArchRule whatIsForDemoAndConsoleIsUsedByTheRootPackageOnly = noClasses().that()
            .resideInAnyPackage(packages("change", "contract", "residency", "ledger", "crm", "quarantine", "audit"))
            .should().dependOnClassesThat().resideInAnyPackage(packages("embedded", "console", "sample", "tool"));

    @ArchTest
    static final ArchRule thereAreNoCycles = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule aNameSaysWhatAClassIs = noClasses().should().haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?");

    @ArchTest
    static final ArchRule onlyTheCommandLineWritesToTheTerminal = noClasses()
            .that(resideOutsideOfPackage(ROOT)).should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule thereIsOneLog = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule whatIsPublicCannotBeChangedFromOutside = fields().that().arePublic()
            .should().beFinal();

    @ArchTest
    static final ArchRule theClockIsInjected = noClasses().that().resideOutsideOfPackage(ROOT)
            .should().callMethod(java.time.Instant.class, "now").orShould().callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule whatFailsForTheUserIsABridgeException = classes().that().areAssignableTo(RuntimeException.class)
            .should().beAssignableTo(BridgeException.class);

    /** A package may use itself, what is named, {@link BridgeException}, {@link Described} and {@link Spelling}; of the rest of the project nothing. */
    private static ArchRule knowsOnly(String name, String... others) {
        DescribedPredicate<JavaClass> foreign = resideInAnyPackage(ROOT + "..")
                .and(not(resideInAnyPackage(packages(Stream.concat(Stream.of(name), Arrays.stream(others)).toArray(String[]::new)))))
                .and(not(equivalentTo(BridgeException.class))).and(not(equivalentTo(Described.class))).and(not(equivalentTo(Spelling.class)));
        return noClasses().that().resideInAPackage(ROOT + "." + name + "..").should().dependOnClassesThat(foreign)
                .as(name + " should know only " + String.join(", ", others) + ", BridgeException, Described and Spelling").allowEmptyShould(true);
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> ROOT + "." + name + "..").toArray(String[]::new);
    }
}
