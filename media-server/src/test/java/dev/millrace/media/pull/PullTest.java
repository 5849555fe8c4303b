package dev.millrace.media.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.Ingest;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestRequest;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.control.MediaCommand;
import dev.millrace.media.control.MediaReply;
import dev.millrace.media.control.PullInfo;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.net.WorkerProcess;
import dev.millrace.media.transcode.Fetching;
import dev.millrace.media.transcode.wire.Done;
import dev.millrace.media.transcode.wire.Failed;
import dev.millrace.media.transcode.wire.Fetch;
import dev.millrace.media.transcode.wire.MediaFetched;
import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.TrackFetched;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of attempts to fetch a stream; processes and time are the test's. */
class PullTest {
    private static final String ADDRESS = "rtsp://user:secret@camera:554/1?token=secret";

    private final Processes processes = new Processes();
    private final Taking ingest = new Taking();
    private final Pulls pulls = new Pulls(ingest, processes);

    private static final class Started {
        final Fetch what;
        final long delayMs;
        final WorkerProcess.Listener listener;

        @Nullable
        String killed;

        Started(Fetch what, long delayMs, WorkerProcess.Listener listener) {
            this.what = what;
            this.delayMs = delayMs;
            this.listener = listener;
        }

        void says(Message message) {
            byte[] frame = message.frame();
            listener.onMessage(Arrays.copyOfRange(frame, Message.LENGTH_BYTES, frame.length), 0);
        }

        void live() {
            says(new TrackFetched(IngestCodec.AAC, new byte[] {0x11, (byte) 0x90}));
            says(new MediaFetched(false, 0, 0, true, new byte[10]));
        }

        void ticks(long ms) {
            for (long at = 0; at < ms; at += 500) {
                listener.onTick(0);
            }
        }

        void ends() {
            listener.onEnd("it ended with status 137", 0);
        }
    }

    private static final class Processes implements Fetching {
        final List<Started> started = new ArrayList<>();
        boolean available = true;

        @Override
        public boolean available() {
            return available;
        }

        @Override
        public String state() {
            return "There is no FFmpeg.";
        }

        @Override
        public Running start(String stream, Fetch what, long delayMs, WorkerProcess.Listener listener) {
            Started one = new Started(what, delayMs, listener);
            started.add(one);
            return why -> one.killed = why;
        }

        Started last() {
            return started.getLast();
        }
    }

    private static final class Taking implements Ingest {
        final List<String> heard = new ArrayList<>();
        final List<IngestListener> listeners = new ArrayList<>();
        boolean refuses;
        boolean full;

        @Override
        public IngestReply open(IngestRequest request, IngestListener listener) {
            if (refuses) {
                return new IngestReply.Refused(RefusalKind.DRAINING, "The server stops.");
            }
            heard.add("open " + request.stream() + " " + request.protocol() + " " + request.remote());
            listeners.add(listener);
            return new IngestReply.Opened(new IngestSession() {
                @Override
                public String id() {
                    return "session-" + listeners.size();
                }

                @Override
                public IngestReply.@Nullable Refused configure(int track, IngestCodec codec, byte[] configuration) {
                    return codec == IngestCodec.HEVC
                            ? new IngestReply.Refused(RefusalKind.UNSUPPORTED_CODEC, "No HEVC here.")
                            : null;
                }

                @Override
                public boolean video(int track, long decodeNs, long presentNs, boolean key, byte[] data) {
                    heard.add("video");
                    return !full;
                }

                @Override
                public boolean audio(long presentNs, byte[] data) {
                    heard.add("audio");
                    return !full;
                }

                @Override
                public void close(CloseReason reason) {
                    heard.add("close " + reason);
                }
            });
        }
    }

    private PullInfo start() {
        return only(pulls.start(new MediaCommand.StartPull("show", ADDRESS, false)));
    }

    private static PullInfo only(MediaReply reply) {
        assertThat(reply).isInstanceOf(MediaReply.Pulls.class);
        return ((MediaReply.Pulls) reply).pulls().getFirst();
    }

    private PullInfo now() {
        return only(pulls.list("show"));
    }

    @Test
    void whatIsFetchedIsBroadcast() {
        assertThat(start().state()).isEqualTo(PullInfo.State.CONNECTING);
        assertThat(processes.last().what).isEqualTo(new Fetch(ADDRESS, false));
        processes.last().live();
        assertThat(ingest.heard).containsExactly("open show pull rtsp://camera:554/1", "audio");
        PullInfo info = now();
        assertThat(info.state()).isEqualTo(PullInfo.State.LIVE);
        assertThat(info.session()).isEqualTo("session-1");
        assertThat(info.toString()).doesNotContain("secret");
        pulls.stop("show");
        assertThat(processes.last().killed).isNotNull();
        assertThat(ingest.heard).endsWith("close DELETED");
        processes.last().ends();
        assertThat(processes.started).hasSize(1);
        assertThat(pulls.list(null)).isEqualTo(new MediaReply.Pulls(List.of()));
    }

    @Test
    void whatFailsIsTriedAgainLaterEachTime() {
        start();
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            processes.last().says(new Failed(0, "FFmpeg cannot open it: Connection refused."));
            processes.last().ends();
            delays.add(processes.last().delayMs);
        }
        assertThat(delays).containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L);
        PullInfo info = now();
        assertThat(info.state()).isEqualTo(PullInfo.State.WAITING);
        assertThat(info.attempts()).isEqualTo(10);
        assertThat(info.detail()).isEqualTo("FFmpeg cannot open it: Connection refused.");
        processes.last().ticks(30_000);
        assertThat(now().state()).isEqualTo(PullInfo.State.CONNECTING);
        assertThat(processes.last().killed).isNull();
        assertThat(ingest.heard).isEmpty();
    }

    @Test
    void aProcessThatDiesIsBegunAnewAtOnce() {
        start();
        processes.last().ends();
        processes.last().ends();
        processes.last().live();
        processes.last().ticks(10_000);
        assertThat(now().liveMs()).isEqualTo(10_000);
        processes.last().ends();
        assertThat(processes.last().delayMs).isEqualTo(500);
        assertThat(now().detail()).contains("status 137");
        assertThat(ingest.heard).endsWith("close CLOSED_BY_PEER");
        processes.last().live();
        assertThat(now().detail()).isEmpty();
        assertThat(now().session()).isEqualTo("session-2");
    }

    @Test
    void whatSaysNothingIsEnded() {
        start();
        processes.last().live();
        processes.last().ticks(20_000);
        assertThat(processes.last().killed).isNull();
        processes.last().ticks(500);
        assertThat(processes.last().killed).contains("Nothing came");
        processes.last().ends();
        assertThat(now().detail()).contains("Nothing came from it for 20 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAKEN_OVER", "KICKED"})
    void whoeverTakesItOverKeepsIt(CloseReason reason) {
        start();
        processes.last().live();
        ingest.listeners.getFirst().onClosed(reason, "Somebody else.");
        assertThat(processes.last().killed).isNotNull();
        processes.last().ends();
        assertThat(processes.started).hasSize(1);
        assertThat(now().state()).isEqualTo(PullInfo.State.OVER);
        assertThat(now().detail()).startsWith("Somebody else.");
        start();
        assertThat(processes.started).hasSize(2);
    }

    @Test
    void aSourceThatEndsIsOverOrBegunAnew() {
        start();
        processes.last().live();
        processes.last().says(new Done(0));
        processes.last().ends();
        assertThat(now().state()).isEqualTo(PullInfo.State.OVER);
        assertThat(now().detail()).isEqualTo("The source has ended.");
        pulls.start(new MediaCommand.StartPull("show", ADDRESS, true));
        processes.last().live();
        processes.last().says(new Done(0));
        processes.last().ends();
        assertThat(now().state()).isEqualTo(PullInfo.State.WAITING);
    }

    @Test
    void anotherAddressTakesThePlaceAndTheSameOneChangesNothing() {
        start();
        processes.last().live();
        start();
        assertThat(processes.started).hasSize(1);
        PullInfo other = only(pulls.start(new MediaCommand.StartPull("show", "http://other/a.m3u8", true)));
        assertThat(other.address()).isEqualTo("http://other/a.m3u8");
        assertThat(processes.started).hasSize(2);
        assertThat(processes.started.getFirst().killed).isNotNull();
        processes.started.getFirst().ends();
        assertThat(processes.started).hasSize(2);
    }

    @Test
    void whatComesTooFastWaits() throws InterruptedException {
        start();
        processes.last().live();
        ingest.full = true;
        Started process = processes.last();
        Thread reading = Thread.ofVirtual().start(() -> process.says(new MediaFetched(false, 1, 1, true, new byte[1])));
        while (reading.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        process.ticks(60_000);
        assertThat(process.killed).as("it is we who hold it").isNull();
        ingest.listeners.getFirst().onResume();
        reading.join();
        Thread stuck = Thread.ofVirtual().start(() -> process.says(new MediaFetched(false, 2, 2, true, new byte[1])));
        while (stuck.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        pulls.stop("show");
        stuck.join();
    }

    @Test
    void codecsThatAreNotServedAreSaid() {
        start();
        processes.last().says(new TrackFetched(IngestCodec.HEVC, new byte[0]));
        processes.last().live();
        processes.last().says(new TrackFetched(IngestCodec.HEVC, new byte[1]));
        assertThat(now().detail()).isEqualTo("No HEVC here.");
        assertThat(now().state()).isEqualTo(PullInfo.State.LIVE);
    }

    @Test
    void whatSaysNonsenseIsEnded() {
        start();
        processes.last().says(new Fetch("x", false));
        assertThat(processes.last().killed).isNotNull();
        processes.last().ends();
        assertThat(now().state()).isEqualTo(PullInfo.State.WAITING);
    }

    @Test
    void aServerThatStopsStopsIt() {
        start();
        processes.last().live();
        pulls.close();
        assertThat(ingest.heard).endsWith("close SHUTDOWN");
        processes.last().ends();
        assertThat(processes.started).hasSize(1);
        assertThat(pulls.start(new MediaCommand.StartPull("show", ADDRESS, false)))
                .isInstanceOf(MediaReply.Refused.class);
    }

    @Test
    void whatCannotBeIsRefused() {
        for (String bad :
                List.of("file:///etc/passwd", "concat:a|b", "gopher://x/", "http:x", "nonsense", "http://a b/")) {
            assertThat(pulls.start(new MediaCommand.StartPull("show", bad, false)))
                    .as(bad)
                    .isInstanceOf(MediaReply.Refused.class);
        }
        processes.available = false;
        assertThat(pulls.start(new MediaCommand.StartPull("show", ADDRESS, false)))
                .isEqualTo(new MediaReply.Refused(RefusalKind.NOT_READY, "There is no FFmpeg."));
        assertThat(processes.started).isEmpty();
    }

    @Test
    void thereIsRoomForSoMany() {
        for (int i = 0; i < 100; i++) {
            assertThat(pulls.start(new MediaCommand.StartPull("s" + i, ADDRESS, false)))
                    .isInstanceOf(MediaReply.Pulls.class);
        }
        assertThat(pulls.start(new MediaCommand.StartPull("more", ADDRESS, false)))
                .isInstanceOf(MediaReply.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "rtsp://u:p@h:554/a?b=c, rtsp://h:554/a",
        "https://h/a/b.m3u8#x, https://h/a/b.m3u8",
        "rtmp://u:p@h, rtmp://h",
        "udp://@239.1.1.1:5000, udp://239.1.1.1:5000",
        "file:/data/a@b.mp4, file:/data/a@b.mp4",
        "srt://h:9000?passphrase=x&streamid=y, srt://h:9000"
    })
    void secretsAreNotShown(String address, String shown) {
        assertThat(dev.millrace.media.control.SourceAddress.shown(address)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://camera/1",
                "HTTPS://example.org/a.m3u8",
                "udp://@239.1.1.1:5000",
                "udp://239.1.1.1:5000?localaddr=10.0.0.1",
                "srt://h:9000?streamid=publish:a:b",
                "srt://:9000?mode=listener",
                "rtmp://h/live/show"
            })
    void whatIsAllowed(String address) {
        assertThat(dev.millrace.media.control.SourceAddress.refusal(address)).isNull();
    }
}
