package dev.millrace.media;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the layout that ARCHITECTURE.md draws: who may know whom, and who may touch sockets, threads and clocks. */
class HouseRulesTest {
    private static final String ROOT = "dev.millrace.media";
    private static final Set<String> CLOCKS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.time.Instant.now",
            "java.time.Clock.systemUTC");

    private static final JavaClasses MEDIA = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void thereIsSomethingToCheck() {
        assertThat(MEDIA.size()).isGreaterThan(100);
    }

    @Test
    void onlyTheNetworkReadsTheClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".net..")
                .should()
                .accessTargetWhere(readsAClock())
                .because("protocol code is told the time")
                .check(MEDIA);
    }

    @Test
    void onlyTheNetworkTouchesSocketsAndThreads() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".net..")
                .and(describe("but the one that waits for datagrams and may be interrupted", type -> !type.getName()
                        .equals(ROOT + ".dtls.LoopTransport")))
                .should()
                .dependOnClassesThat(describe("a socket, selector or thread", type -> Set.of(
                                "java.net.Socket",
                                "java.net.ServerSocket",
                                "java.net.DatagramSocket",
                                "java.nio.channels.Selector",
                                "java.nio.channels.SocketChannel",
                                "java.nio.channels.DatagramChannel",
                                "java.lang.Thread")
                        .contains(type.getName())))
                .because("sockets, threads and the real clock live in net; others are handed an executor")
                .check(MEDIA);
    }

    @Test
    void wireFormatsKnowNobody() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".rtp..", ROOT + ".sdp..", ROOT + ".observe..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".rtp..",
                        ROOT + ".sdp..",
                        ROOT + ".observe..",
                        "java..",
                        "jdk.jfr..",
                        "org.jspecify..",
                        "com.google..")
                .check(MEDIA);
    }

    @Test
    void protocolPartsKnowNothingOfRoutingOrSignaling() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".net..", ROOT + ".ice..", ROOT + ".dtls..", ROOT + ".srtp..", ROOT + ".receive..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".router..",
                        ROOT + ".send..",
                        ROOT + ".peer..",
                        ROOT + ".control..",
                        ROOT + ".bus..",
                        "io.vertx..")
                .check(MEDIA);
    }

    @Test
    void sctpAndItsChannelsKnowOnlyHowBytesAreRead() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".sctp..", ROOT + ".datachannel..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".sctp..",
                        ROOT + ".datachannel..",
                        ROOT + ".rtp",
                        ROOT + ".observe..",
                        "java..",
                        "org.jspecify..",
                        "com.google..")
                .check(MEDIA);
    }

    @Test
    void framesSegmentsAndPlaylistsKnowOnlyTheWayFromOneToTheOther() {
        layered("frames", "rtp");
        layered("segment", "frames", "rtp");
        layered("playlist", "segment", "frames", "rtp");
    }

    @Test
    void theOriginIsASideBranchThatNobodyOnTheDataPathKnows() {
        layered("origin", "playlist", "segment", "frames", "transcode", "rtp", "sdp", "control");
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".receive..",
                        ROOT + ".router..",
                        ROOT + ".layer..",
                        ROOT + ".send..",
                        ROOT + ".bwe..",
                        ROOT + ".peer..",
                        ROOT + ".net..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".origin..",
                        ROOT + ".frames..",
                        ROOT + ".segment..",
                        ROOT + ".playlist..",
                        ROOT + ".transcode..",
                        ROOT + ".record..")
                .check(MEDIA);
    }

    @Test
    void rtmpKnowsOnlyHowBytesAreRead() {
        layered("rtmp", "rtp");
    }

    @Test
    void whatIsPushedOnKnowsThePackagerAndRtmp() {
        Set<String> known = Set.of("restream", "rtmp", "segment", "control");
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".restream..")
                .should()
                .dependOnClassesThat(describe(
                        "another package of the media server",
                        type -> type.getPackageName().startsWith(ROOT)
                                && known.stream()
                                        .noneMatch(each -> type.getPackageName().equals(ROOT + "." + each))))
                .check(MEDIA);
    }

    private static void layered(String name, String... below) {
        String[] known = Stream.concat(
                        Stream.of(
                                ROOT + "." + name + "..",
                                ROOT + ".observe..",
                                "java..",
                                "org.jspecify..",
                                "com.google.."),
                        Stream.of(below).map(each -> ROOT + "." + each + ".."))
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage(ROOT + "." + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(known)
                .allowEmptyShould(true)
                .check(MEDIA);
    }

    @Test
    void theDataPathKnowsNeitherIceNorDtlsNorTheNetwork() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".receive..", ROOT + ".router..", ROOT + ".layer..", ROOT + ".send..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".net..",
                        ROOT + ".ice..",
                        ROOT + ".dtls..",
                        ROOT + ".srtp..",
                        ROOT + ".peer..",
                        "io.vertx..")
                .check(MEDIA);
    }

    @Test
    void theChatKnowsOnlyTheVocabularyItsStoreAndJson() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".chat..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".chat..",
                        ROOT + ".control..",
                        "java..",
                        "javax.crypto..",
                        "com.fasterxml.jackson.core..",
                        "org.h2.mvstore..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "com.google..")
                .because("rooms are told the time and answer into outlets, whoever carries them")
                .check(MEDIA);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".chat..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.h2..")
                .check(MEDIA);
    }

    @Test
    void onlyTheBusKnowsVertx() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".bus..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(MEDIA);
    }

    @Test
    void nobodyHereKnowsFfmpeg() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..", "dev.millrace.transcoder..")
                .because("native media code lives in the transcoder's process, which may die")
                .check(MEDIA);
    }

    @Test
    void theVocabularyKnowsNobody() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".control..")
                .should()
                .dependOnClassesThat(describe(
                        "another package of the media server",
                        type -> type.getPackageName().startsWith(ROOT)
                                && !type.getPackageName().equals(ROOT + ".control")))
                .check(MEDIA);
    }

    private static DescribedPredicate<JavaAccess<?>> readsAClock() {
        return describe("reads a clock", access -> {
            AccessTarget target = access.getTarget();
            return CLOCKS.contains(target.getOwner().getName() + "." + target.getName());
        });
    }
}
