package dev.millrace.e2e;

import static dev.millrace.e2e.Peers.play;
import static dev.millrace.e2e.Peers.with;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A player behind a network of its own choice: recorded from its first packet on, with what the server tells of it. */
final class NetworkViewer implements AutoCloseable {
    private static final long LOOK_EVERY_MS = 50;
    private static final int GOOD_SECOND_FRAMES = 30;

    private final PeerPage.Session player;
    private final Told told;

    private NetworkViewer(ServerUnderTest server, PeerPage.Session player) {
        this.player = player;
        player.page().call("record", List.of(player.id()));
        this.told = new Told(server, player);
    }

    /** Through this relay and no other way. Several may watch in one page: they decode, and hardly paint. */
    static NetworkViewer behind(UdpRelay network, ServerUnderTest server, PeerPage page, String whep) {
        // Told our candidates, the server would find the way beside the relay.
        return new NetworkViewer(
                server,
                page.play(with(
                        play(whep),
                        "answer",
                        Map.of("candidates", List.of(network.candidate())),
                        "offerCandidates",
                        false,
                        "gather",
                        false,
                        "decodeOnly",
                        true)));
    }

    /** With nothing bad between. */
    static NetworkViewer near(ServerUnderTest server, PeerPage page, String whep) {
        return new NetworkViewer(server, page.play(with(play(whep), "decodeOnly", true)));
    }

    PeerPage.Session player() {
        return player;
    }

    Seen seen() {
        return Seen.of(player);
    }

    Told told() {
        return told;
    }

    /** Waits for a picture of at least this height; says whether it came in time. */
    boolean reaches(int height, Duration limit) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadlineNs) {
            var inbound = player.inbound();
            if (inbound.video("frameHeight") >= height && inbound.framesDecoded() > 0) {
                return true;
            }
            Await.pause(LOOK_EVERY_MS);
        }
        return false;
    }

    /** Whether a good second of pictures comes from now on, in time. */
    boolean plays(Duration limit) {
        long before = player.framesDecoded();
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadlineNs) {
            if (player.framesDecoded() >= before + GOOD_SECOND_FRAMES) {
                return true;
            }
            Await.pause(LOOK_EVERY_MS);
        }
        return false;
    }

    @Override
    public void close() {
        told.close();
        player.call("stopRecording");
        player.stop();
    }
}
