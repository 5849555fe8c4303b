package dev.millrace.signaling;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** Who may know whom in signaling. */
class LayoutTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace.signaling");

    @Test
    void thereIsSomethingToLookAt() {
        assertThat(CLASSES.size()).isGreaterThan(60);
    }

    @Test
    void onlyTheCompositionTouchesTheMediaServer() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Millrace.class.getName())
                .should()
                .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "belong to the media server but for its vocabulary and the protocol that the RTMP port speaks",
                        c -> c.getPackageName().startsWith("dev.millrace.media")
                                && !c.getPackageName().equals("dev.millrace.media.control")
                                && !c.getPackageName().equals("dev.millrace.media.rtmp")))
                .check(CLASSES);
    }

    @Test
    void theGroundKnowsNothingOfWhatStandsOnIt() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..signaling.http..", "..signaling.config..", "..signaling.auth..", "..signaling.bus..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..signaling.session..",
                        "..signaling.whip..",
                        "..signaling.whep..",
                        "..signaling.api..",
                        "..signaling.cli..")
                .check(CLASSES);
    }

    @Test
    void packagesFormNoCircles() {
        SlicesRuleDefinition.slices()
                .matching("dev.millrace.signaling.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
