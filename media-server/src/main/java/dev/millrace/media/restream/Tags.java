package dev.millrace.media.restream;

import dev.millrace.media.rtmp.PushConnection;
import dev.millrace.media.segment.TrackFormat;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection's tags of samples: times in milliseconds from 0 on that never go back, and what decoders are told
 * before the first sample and after a change. Owned by one thread.
 */
final class Tags {
    private static final long NS_PER_MS = 1_000_000;

    /** The broadcast's clock began anew: times go on from where they were. */
    private static final long BACK_MS = 2_000;

    /** As above; a stream that nobody broadcasts ends its connection sooner. */
    private static final long AHEAD_MS = 60_000;

    /** What a picture lasts that nobody knows the length of. */
    private static final long STEP_MS = 33;

    private static final double AVC = 7;
    private static final double AAC = 10;

    /** Takes tags, each a whole message. */
    interface Out {
        /** False if it was thrown away, with all that waited: {@link Tags#tellAgain} was called. */
        boolean add(byte[] bytes, int ms, boolean picture);
    }

    private final PushConnection connection;
    private final Out out;
    private boolean begun;
    private long baseMs;
    private long lastMs;
    private long pictureMs;
    private long soundMs;
    private byte @Nullable [] toldPictures;
    private byte @Nullable [] toldSound;

    Tags(PushConnection connection, Out out) {
        this.connection = connection;
        this.out = out;
    }

    /** @param sound what the sound is, as far as it is known; null otherwise */
    void write(Media media, TrackFormat.@Nullable Aac sound) {
        long ms = media.decodeNs() / NS_PER_MS;
        if (!begun) {
            begun = true;
            baseMs = ms;
        }
        long at = ms - baseMs;
        if (at < lastMs - BACK_MS || at > lastMs + AHEAD_MS) {
            baseMs = ms - lastMs - STEP_MS;
            at = lastMs + STEP_MS;
        }
        if (at < 0) {
            return; // sound from before the first picture
        }
        switch (media.format()) {
            case TrackFormat.H264 format -> picture(media, format, Math.max(at, pictureMs), sound);
            case TrackFormat.Aac format -> sound(media, format, Math.max(at, soundMs));
            case TrackFormat.Opus opus -> {}
        }
        lastMs = Math.max(lastMs, at);
    }

    private void picture(Media media, TrackFormat.H264 format, long ms, TrackFormat.@Nullable Aac sound) {
        pictureMs = ms;
        int time = (int) ms;
        if (media.isKey()) {
            byte[] configuration = format.decoderConfiguration();
            if (!Arrays.equals(configuration, toldPictures)) {
                toldPictures = configuration;
                byte[] metadata = connection.metadata(metadata(format, sound));
                if (!out.add(metadata, time, false)
                        || !out.add(connection.avcConfiguration(time, configuration), time, false)) {
                    return;
                }
            }
        }
        int composition = (int) (media.presentNs() / NS_PER_MS - media.decodeNs() / NS_PER_MS);
        byte[] tag =
                connection.avc(time, composition, media.isKey(), media.sample().data());
        out.add(tag, time, true);
    }

    private void sound(Media media, TrackFormat.Aac format, long ms) {
        soundMs = ms;
        int time = (int) ms;
        byte[] configuration = format.decoderConfiguration();
        if (!Arrays.equals(configuration, toldSound)) {
            toldSound = configuration;
            if (!out.add(connection.aacConfiguration(time, configuration), time, false)) {
                return;
            }
        }
        out.add(connection.aac(time, media.sample().data()), time, false);
    }

    private static Map<String, Object> metadata(TrackFormat.H264 pictures, TrackFormat.@Nullable Aac sound) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("duration", 0.0);
        values.put("width", (double) pictures.width());
        values.put("height", (double) pictures.height());
        values.put("videocodecid", AVC);
        if (sound != null) {
            values.put("audiocodecid", AAC);
            values.put("audiosamplerate", (double) sound.sampleRateHz());
            values.put("audiosamplesize", 16.0);
            values.put("audiochannels", (double) sound.channels());
            values.put("stereo", sound.channels() > 1);
            values.put("audiodatarate", sound.bitrateBps() / 1000.0);
        }
        values.put("encoder", "Millrace");
        return values;
    }

    /** Tags were thrown away: decoders are told everything again. */
    void tellAgain() {
        toldPictures = null;
        toldSound = null;
    }

    /** Something was written. */
    boolean hasBegun() {
        return begun;
    }
}
