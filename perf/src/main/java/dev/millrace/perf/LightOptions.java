package dev.millrace.perf;

import dev.millrace.media.datachannel.Reliability;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a light client behaves.
 *
 * @param token Bearer token, empty for none
 * @param videoBitrateBps of the synthetic video, on average
 * @param framesPerSecond of the synthetic video
 * @param keyframeEveryFrames how far key frames are apart unless asked for; 0 = only when asked for
 * @param audio whether Opus at 50 packets a second goes along
 * @param nack whether a viewer asks for what is missing
 * @param forgedFingerprint whether the offer names another certificate than ours, so that DTLS must fail
 * @param video whether pictures go along
 * @param clips what is published instead of synthetic media, lowest layer first; empty = nothing is
 * @param simulcast whether synthetic video has three layers
 * @param pacing video leaves at so many times its bit rate, in bursts of 40 ms of that, as libwebrtc's does at 2.5 times; 0 =
 *     a picture's packets leave together
 * @param sendTimes where a publisher notes when its video leaves and a viewer looks it up; null = nobody does
 * @param observer hears of the client's joining and of delays
 * @param decryptEvery a viewer decrypts one of so many packets of pictures; 1 = all, sound too. What it does not decrypt
 *     it counts all the same
 * @param reportsArrivals whether a viewer offers and sends transport-wide feedback, as browsers do
 * @param data what is done with data channels; null = none are offered
 */
public record LightOptions(
        String token,
        int videoBitrateBps,
        int framesPerSecond,
        int keyframeEveryFrames,
        boolean audio,
        boolean nack,
        boolean forgedFingerprint,
        boolean video,
        List<Clip> clips,
        boolean simulcast,
        double pacing,
        @Nullable SendTimes sendTimes,
        LightObserver observer,
        int decryptEvery,
        boolean reportsArrivals,
        @Nullable DataOf data) {

    private static final LightObserver NOBODY = new LightObserver() {};

    /** Makes what a client does with its records of data. */
    @FunctionalInterface
    public interface DataOf {
        LightRecords create(LightClient client, LightLoop loop);
    }

    /**
     * 720p30-like 2.5 Mb/s with a key frame every 2 s, Opus, no NACK, no token, no data channels; all is decrypted, and no
     * arrivals are reported, so that a viewer gets the best layer whatever its way carries.
     */
    public static LightOptions defaults() {
        return new Draft().build();
    }

    public LightOptions withToken(String bearer) {
        return but(draft -> draft.token = bearer);
    }

    public LightOptions withVideo(int bitrateBps, int fps, int keyframeEvery) {
        return but(draft -> {
            draft.videoBitrateBps = bitrateBps;
            draft.framesPerSecond = fps;
            draft.keyframeEveryFrames = keyframeEvery;
        });
    }

    public LightOptions withAudio(boolean sent) {
        return but(draft -> draft.audio = sent);
    }

    public LightOptions withNack(boolean asked) {
        return but(draft -> draft.nack = asked);
    }

    public LightOptions withForgedFingerprint() {
        return but(draft -> draft.forgedFingerprint = true);
    }

    /** Publishes this instead of synthetic media. */
    public LightOptions withClip(Clip published) {
        return withLayers(List.of(published));
    }

    /** Publishes these, lowest first, as the layers of a simulcast; they have their keyframes at the same times. */
    public LightOptions withLayers(List<Clip> published) {
        return but(draft -> draft.clips = List.copyOf(published));
    }

    /** Synthetic video in three layers, a sixteenth, a quarter and all of the bit rate. */
    public LightOptions withSimulcast(boolean layered) {
        return but(draft -> draft.simulcast = layered);
    }

    /** Lets video leave at so many times its bit rate instead of a picture at once. */
    public LightOptions withPacing(double times) {
        return but(draft -> draft.pacing = times);
    }

    public LightOptions withPictures(boolean sent) {
        return but(draft -> draft.video = sent);
    }

    /** For a publisher and the viewers of its stream, so that forward delays are measured. */
    public LightOptions withSendTimes(SendTimes times) {
        return but(draft -> draft.sendTimes = times);
    }

    public LightOptions withObserver(LightObserver hears) {
        return but(draft -> draft.observer = hears);
    }

    /** Decrypts one of so many packets; the loss is counted over all. */
    public LightOptions withDecryptEvery(int packets) {
        if (packets < 1) {
            throw new IllegalArgumentException("one of " + packets + " packets");
        }
        return but(draft -> draft.decryptEvery = packets);
    }

    /** Reports when each packet came, as browsers do: then the server's estimator decides about layers. */
    public LightOptions withReports(boolean arrivals) {
        return but(draft -> draft.reportsArrivals = arrivals);
    }

    /** Opens these channels as soon as it can, see {@link #reliability}; none is fine, more may follow. */
    public LightOptions withChannels(LightChannelListener listener, String... labels) {
        List<String> wanted = List.of(labels);
        return withData((client, loop) -> loop.association(client, listener, wanted));
    }

    /** For what no honest client does: all records of data are the caller's. */
    public LightOptions withData(DataOf records) {
        return but(draft -> draft.data = records);
    }

    private LightOptions but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.build();
    }

    /** How many layers of video are published. */
    int layers() {
        return clips.isEmpty() ? simulcast ? 3 : 1 : clips.size();
    }

    /** How a channel of that label is opened unless told otherwise: lossy for reactions, else reliable and in order. */
    static Reliability reliability(String label) {
        return label.equals("reactions") ? Reliability.LOSSY : Reliability.RELIABLE;
    }

    /** Options while they are being made. */
    private static final class Draft {
        private String token = "";
        private int videoBitrateBps = 2_500_000;
        private int framesPerSecond = 30;
        private int keyframeEveryFrames = 60;
        private boolean audio = true;
        private boolean nack;
        private boolean forgedFingerprint;
        private boolean video = true;
        private List<Clip> clips = List.of();
        private boolean simulcast;
        private double pacing;
        private @Nullable SendTimes sendTimes;
        private LightObserver observer = NOBODY;
        private int decryptEvery = 1;
        private boolean reportsArrivals;
        private @Nullable DataOf data;

        Draft() {}

        Draft(LightOptions from) {
            token = from.token;
            videoBitrateBps = from.videoBitrateBps;
            framesPerSecond = from.framesPerSecond;
            keyframeEveryFrames = from.keyframeEveryFrames;
            audio = from.audio;
            nack = from.nack;
            forgedFingerprint = from.forgedFingerprint;
            video = from.video;
            clips = from.clips;
            simulcast = from.simulcast;
            pacing = from.pacing;
            sendTimes = from.sendTimes;
            observer = from.observer;
            decryptEvery = from.decryptEvery;
            reportsArrivals = from.reportsArrivals;
            data = from.data;
        }

        LightOptions build() {
            return new LightOptions(
                    token,
                    videoBitrateBps,
                    framesPerSecond,
                    keyframeEveryFrames,
                    audio,
                    nack,
                    forgedFingerprint,
                    video,
                    clips,
                    simulcast,
                    pacing,
                    sendTimes,
                    observer,
                    decryptEvery,
                    reportsArrivals,
                    data);
        }
    }
}
