package dev.millrace.media.rtmp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a connection wants done. Called within its methods, on whichever thread calls those. */
public interface RtmpSink {
    /** To the encoder; the array is not used again. */
    void send(byte[] bytes);

    /** connect named this application: null to go on, or a sentence that says why it is none. */
    @Nullable
    String refusesApplication(String application);

    /** Somebody wants to publish: answered by {@link RtmpConnection#accept} or {@link RtmpConnection#refuse}, once. */
    void onPublish(PublishRequest request);

    /**
     * A track begins, or goes on with another configuration; not said again for the same one.
     *
     * @param track of pictures, below 6; 0 for sound
     * @param record as {@link FlvCodec} says; the callee's
     */
    void onConfiguration(int track, FlvCodec codec, byte[] record);

    /**
     * The next picture in the order of decoding. Times are the encoder's, in nanoseconds, unwrapped.
     *
     * @param data the callee's
     */
    void onVideo(int track, FlvCodec codec, long decodeNs, long presentNs, boolean key, byte[] data);

    /** The next packet of sound. */
    void onAudio(FlvCodec codec, long presentNs, byte[] data);

    /** onMetaData, as far as it was an object. */
    void onMetadata(Map<String, @Nullable Object> metadata);

    /** Media that goes no further. */
    void onDrop(TagDrop reason);

    /**
     * It is over: the connection is to be closed once all that was sent is out. Said once, the last that is said.
     *
     * @param detail a sentence
     */
    void onEnd(RtmpEnd why, String detail);
}
