package dev.millrace.perf;

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
 */
public record LightOptions(
        String token,
        int videoBitrateBps,
        int framesPerSecond,
        int keyframeEveryFrames,
        boolean audio,
        boolean nack,
        boolean forgedFingerprint) {

    /** 720p30-like 2.5 Mb/s with a key frame every 2 s, Opus, no NACK, no token. */
    public static LightOptions defaults() {
        return new LightOptions("", 2_500_000, 30, 60, true, false, false);
    }

    public LightOptions withToken(String bearer) {
        return new LightOptions(
                bearer, videoBitrateBps, framesPerSecond, keyframeEveryFrames, audio, nack, forgedFingerprint);
    }

    public LightOptions withVideo(int bitrateBps, int fps, int keyframeEvery) {
        return new LightOptions(token, bitrateBps, fps, keyframeEvery, audio, nack, forgedFingerprint);
    }

    public LightOptions withAudio(boolean sent) {
        return new LightOptions(
                token, videoBitrateBps, framesPerSecond, keyframeEveryFrames, sent, nack, forgedFingerprint);
    }

    public LightOptions withNack(boolean asked) {
        return new LightOptions(
                token, videoBitrateBps, framesPerSecond, keyframeEveryFrames, audio, asked, forgedFingerprint);
    }

    public LightOptions withForgedFingerprint() {
        return new LightOptions(token, videoBitrateBps, framesPerSecond, keyframeEveryFrames, audio, nack, true);
    }
}
