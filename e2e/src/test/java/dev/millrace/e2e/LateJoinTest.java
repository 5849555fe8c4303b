package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who joins an encoder's long group of pictures late is brought from its keyframe to the present. */
class LateJoinTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final int GROUP_PICTURES = 3_000;
    private static final int BEHIND_MS = 6_000;

    @Test
    void aPictureComesAtOnceAndThePresentSoonAfterIt() {
        String stream = SERVER.freshStream();
        try (RtmpCamera camera = new RtmpCamera(SERVER.rtmpPort(), stream, 640, 360, GROUP_PICTURES)) {
            Await.until("pictures come", Await.PATIENCE, camera::encoded, pictures -> pictures > 0);
            Await.pause(BEHIND_MS); // that far behind is the keyframe, and the next one is minutes away
            PeerPage page = browsers.peer();
            PeerPage.Session player = page.play(Peers.play(SERVER.whep(stream)));
            double[] begin = Await.until("a picture", Await.PATIENCE, () -> ages(player), ages -> ages.length > 0);
            assertThat(begin[0]).as("begins with the keyframe").isGreaterThan(BEHIND_MS / 2.0);
            Await.until(
                    "has caught up",
                    Await.PATIENCE,
                    () -> ages(player),
                    ages -> ages.length > 0 && ages[ages.length - 1] < BEHIND_MS / 4.0);
            assertThat(camera.ended()).isEmpty();
        }
    }

    private static double[] ages(PeerPage.Session player) {
        return SegmentPlayer.numbers(player.ask("glassToGlass", 1_000).getAsJsonArray("ages"));
    }
}
