package dev.millrace.signaling;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Holds signaling apart from the media server, so that one day they may stand on different machines. */
class HouseRulesTest {
    private static final String ROOT = "dev.millrace.signaling";
    private static final String MEDIA = "dev.millrace.media";
    private static final String RTMP_PROTOCOL = MEDIA + ".rtmp";

    private static final JavaClasses SIGNALING = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void thereIsSomethingToCheck() {
        assertThat(SIGNALING.size()).isGreaterThan(60);
    }

    @Test
    void signalingKnowsOnlyTheVocabularyOfTheMediaServer() {
        noClasses()
                .that(describe(
                        "are not the composition root or the doctor",
                        type -> !type.getName().startsWith(ROOT + ".Millrace")
                                && !type.getPackageName().startsWith(ROOT + ".cli")))
                .should()
                .dependOnClassesThat(describe(
                        "the media server's inside",
                        type -> type.getPackageName().startsWith(MEDIA)
                                && !type.getPackageName().equals(MEDIA + ".control")
                                && !type.getPackageName().equals(RTMP_PROTOCOL)))
                .because("commands, replies and events over the event bus are all that crosses")
                .check(SIGNALING);
    }

    @Test
    void onlyTheRtmpPortKnowsTheProtocolItSpeaks() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".rtmp")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(RTMP_PROTOCOL)
                .because("it holds no socket, and whoever has the socket drives it")
                .check(SIGNALING);
    }

    @Test
    void nobodyHereKnowsFfmpeg() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "dev.millrace.transcoder..")
                .because("native media code lives in the transcoder's process, which may die")
                .check(SIGNALING);
    }

    @Test
    void mediaIsAskedOverTheBusOnly() {
        noClasses()
                .that(describe(
                        "are not the composition root", type -> !type.getName().startsWith(ROOT + ".Millrace")))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(MEDIA + ".MediaServer")
                .check(SIGNALING);
    }
}
