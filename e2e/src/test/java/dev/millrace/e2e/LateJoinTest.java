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

    private static final int GROUP_PICTURES = 900;
    private static final int BEHIND_MS = 6_000;

    @Test
    void aPictureComesAtOnceAndThePresentSoonAfterIt() {
        String stream = SERVER.freshStream();
        try (RtmpCamera camera = new RtmpCamera(SERVER.rtmpPort(), stream, 320, 180, GROUP_PICTURES)) {
            Await.until("pictures come", Await.PATIENCE, camera::encoded, pictures -> pictures > 0);
            Await.pause(BEHIND_MS); // that far behind is the keyframe, and the next one is half a minute away
            PeerPage page = browsers.peer();
            PeerPage.Session player = page.play(Peers.play(SERVER.whep(stream)));
            double[] ages = SegmentPlayer.numbers(player.ask("glassToGlass", 4_000).getAsJsonArray("ages"));
            assertThat(camera.ended()).isEmpty();
            assertThat(ages[0]).as("begins with the keyframe").isGreaterThan(BEHIND_MS / 2.0);
            assertThat(ages[ages.length - 1]).as("has caught up").isLessThan(BEHIND_MS / 2.0);
        }
    }
}
