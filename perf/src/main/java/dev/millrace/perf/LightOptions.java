package dev.millrace.perf;

import dev.millrace.media.datachannel.Reliability;
import java.util.List;
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
 * @param clip what is published instead of synthetic media; null = nothing is
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
        @Nullable Clip clip,
        @Nullable DataOf data) {

    /** Makes what a client does with its records of data. */
    @FunctionalInterface
    public interface DataOf {
        LightRecords create(LightClient client, LightLoop loop);
    }

    /** 720p30-like 2.5 Mb/s with a key frame every 2 s, Opus, no NACK, no token, no data channels. */
    public static LightOptions defaults() {
        return new LightOptions("", 2_500_000, 30, 60, true, false, false, true, null, null);
    }

    public LightOptions withToken(String bearer) {
        return new LightOptions(
                bearer,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                audio,
                nack,
                forgedFingerprint,
                video,
                clip,
                data);
    }

    public LightOptions withVideo(int bitrateBps, int fps, int keyframeEvery) {
        return new LightOptions(
                token, bitrateBps, fps, keyframeEvery, audio, nack, forgedFingerprint, video, clip, data);
    }

    public LightOptions withAudio(boolean sent) {
        return new LightOptions(
                token,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                sent,
                nack,
                forgedFingerprint,
                video,
                clip,
                data);
    }

    public LightOptions withNack(boolean asked) {
        return new LightOptions(
                token,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                audio,
                asked,
                forgedFingerprint,
                video,
                clip,
                data);
    }

    public LightOptions withForgedFingerprint() {
        return new LightOptions(
                token, videoBitrateBps, framesPerSecond, keyframeEveryFrames, audio, nack, true, video, clip, data);
    }

    /** Publishes this instead of synthetic media. */
    public LightOptions withClip(Clip published) {
        return new LightOptions(
                token,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                audio,
                nack,
                forgedFingerprint,
                video,
                published,
                data);
    }

    public LightOptions withPictures(boolean sent) {
        return new LightOptions(
                token,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                audio,
                nack,
                forgedFingerprint,
                sent,
                clip,
                data);
    }

    /** Opens these channels as soon as it can, see {@link #reliability}; none is fine, more may follow. */
    public LightOptions withChannels(LightChannelListener listener, String... labels) {
        List<String> wanted = List.of(labels);
        return withData((client, loop) -> loop.association(client, listener, wanted));
    }

    /** For what no honest client does: all records of data are the caller's. */
    public LightOptions withData(DataOf records) {
        return new LightOptions(
                token,
                videoBitrateBps,
                framesPerSecond,
                keyframeEveryFrames,
                audio,
                nack,
                forgedFingerprint,
                video,
                clip,
                records);
    }

    /** How a channel of that label is opened unless told otherwise: lossy for reactions, else reliable and in order. */
    static Reliability reliability(String label) {
        return label.equals("reactions") ? Reliability.LOSSY : Reliability.RELIABLE;
    }
}
