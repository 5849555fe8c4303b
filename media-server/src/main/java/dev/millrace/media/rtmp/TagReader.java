package dev.millrace.media.rtmp;

import dev.millrace.media.rtp.BigEndian;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes audio and video messages apart: FLV tags (Adobe Flash Video File Format 10.1, annex E.4.2 and E.4.3) with the
 * headers of Enhanced RTMP version 2 (FourCC, ModEx, multitrack). Allocates only what it hands over. Owned by the
 * connection.
 *
 * <pre>
 * video: | 0 | frame type (3) | codec (4) = 7 | AVC packet type (8) | composition time (24) | data
 *        | 1 | frame type (3) | packet type (4) | [ModEx …] | [multitrack (4), packet type (4)] | FourCC (32) | …
 * audio: | format (4) = 10 | rate, size, type (4) | AAC packet type (8) | data
 *        | format (4) = 9  | packet type (4) | [ModEx …] | [multitrack (4), packet type (4)] | FourCC (32) | data
 * </pre>
 *
 * Of sound one track goes on: the first that tells its configuration. Of pictures each does, up to a number: the same ones in
 * several sizes.
 */
final class TagReader {
    private static final int LEGACY_AVC = 7;

    /** Never assigned, and what many cameras send for HEVC, laid out as AVC is. */
    private static final int LEGACY_HEVC = 12;

    private static final int LEGACY_AAC = 10;
    private static final int EX_AUDIO = 9;

    private static final int SEQUENCE_START = 0;
    private static final int CODED_FRAMES = 1;
    private static final int SEQUENCE_END = 2;
    private static final int CODED_FRAMES_X = 3;
    private static final int MULTITRACK = 6;
    private static final int AUDIO_MULTITRACK = 5;
    private static final int MOD_EX = 7;

    private static final int ONE_TRACK = 0;
    private static final int MANY_TRACKS_MANY_CODECS = 2;

    private static final int FRAME_KEY = 1;
    private static final int FRAME_COMMAND = 5;

    /** The one ModEx there is: nanoseconds to add to the message's milliseconds. */
    private static final int TIMESTAMP_OFFSET_NANO = 0;

    private static final int MAX_NANO_OFFSET = 999_999;

    /** Of pictures: more sizes than anybody sends. */
    static final int MAX_TRACKS = 6;

    private static final long NANOS_PER_MS = 1_000_000;

    /** Of a name for a codec that has no FourCC in its tag. */
    private static final String[] LEGACY_VIDEO = {
        "", "", "Sorenson H.263", "Screen video", "VP6", "VP6 with alpha", "Screen video 2"
    };

    private static final String[] LEGACY_AUDIO = {
        "PCM",
        "ADPCM",
        "MP3",
        "PCM",
        "Nellymoser",
        "Nellymoser",
        "Nellymoser",
        "G.711 A-law",
        "G.711 mu-law",
        "",
        "",
        "Speex",
        "",
        "",
        "MP3",
        ""
    };

    /** What is known of one track. */
    private static final class Track {
        private int id = -1;

        /** End of sequence came: another track may be the next. */
        private boolean over;

        private @Nullable FlvCodec codec;
        private byte[] configuration = new byte[0];
    }

    private final RtmpSink sink;
    private final Track[] video = new Track[MAX_TRACKS];
    private final Track audio = new Track();

    // Of the message that is being read.
    private byte[] in = new byte[0];
    private int at;
    private int end;
    private long timeNs;
    private boolean isVideo;
    private boolean key;

    /** What the codec is called that is not taken, null while all are. */
    private @Nullable String unsupported;

    TagReader(RtmpSink sink) {
        this.sink = sink;
        Arrays.setAll(video, i -> new Track());
    }

    /** The codec that was met and is not taken, in words; null as long as there was none. */
    @Nullable
    String unsupported() {
        return unsupported;
    }

    void onVideo(byte[] buffer, int from, int length, long timestampMs) {
        begin(buffer, from, length, timestampMs, true);
        if (length < 1) {
            return; // some encoders send empty ones, and mean nothing by it
        }
        int first = u8();
        key = (first >>> 4 & 7) == FRAME_KEY;
        if (first >= 0x80) {
            extended(first & 0xf, (first >>> 4 & 7) == FRAME_COMMAND);
        } else if ((first >>> 4 & 7) == FRAME_COMMAND) {
            return; // a seek's begin or end, which a live source has not
        } else if ((first & 0xf) == LEGACY_AVC) {
            legacy(FlvCodec.AVC);
        } else if ((first & 0xf) == LEGACY_HEVC) {
            legacy(FlvCodec.HEVC);
        } else {
            int codec = first & 0xf;
            unsupported = codec < LEGACY_VIDEO.length ? LEGACY_VIDEO[codec] : "video codec " + codec;
        }
    }

    void onAudio(byte[] buffer, int from, int length, long timestampMs) {
        begin(buffer, from, length, timestampMs, false);
        if (length < 1) {
            return;
        }
        int first = u8();
        int format = first >>> 4;
        if (format == EX_AUDIO) {
            extended(first & 0xf, false);
        } else if (format == LEGACY_AAC) {
            legacy(FlvCodec.AAC);
        } else {
            unsupported = LEGACY_AUDIO[format].isEmpty() ? "audio format " + format : LEGACY_AUDIO[format];
        }
    }

    private void begin(byte[] buffer, int from, int length, long timestampMs, boolean video) {
        in = buffer;
        at = from;
        end = from + length;
        timeNs = timestampMs * NANOS_PER_MS;
        isVideo = video;
        key = false;
    }

    private void legacy(FlvCodec codec) {
        boolean hasTime = codec.hasCompositionTime();
        if (left() < (hasTime ? 4 : 1)) {
            sink.onDrop(TagDrop.MALFORMED);
            return;
        }
        int packetType = u8();
        int compositionMs = hasTime ? i24() : 0;
        switch (packetType) {
            case SEQUENCE_START -> configuration(codec, 0, end);
            case CODED_FRAMES -> media(codec, 0, compositionMs, end);
            case SEQUENCE_END -> ended(0);
            default -> sink.onDrop(TagDrop.MALFORMED);
        }
    }

    private void extended(int firstPacketType, boolean command) {
        int packetType = modEx(firstPacketType);
        if (packetType < 0 || (command && left() < 1)) {
            sink.onDrop(TagDrop.MALFORMED);
            return;
        }
        if (command && packetType != 4) { // a command frame: a byte, and no media (4 is metadata)
            return;
        }
        if (packetType == (isVideo ? MULTITRACK : AUDIO_MULTITRACK)) {
            multitrack();
        } else if (left() < 4) {
            sink.onDrop(TagDrop.MALFORMED);
        } else {
            body(packetType, fourCc(), 0, end);
        }
    }

    /** Past all of the modifiers: the packet type after them, or -1. */
    private int modEx(int firstPacketType) {
        int packetType = firstPacketType;
        while (packetType == MOD_EX) {
            if (left() < 1) {
                return -1;
            }
            int size = u8() + 1;
            if (size == 256) {
                if (left() < 2) {
                    return -1;
                }
                size = u16() + 1;
            }
            if (left() < size + 1) {
                return -1;
            }
            int data = at;
            at += size;
            int next = u8();
            if (next >>> 4 == TIMESTAMP_OFFSET_NANO && size >= 3) {
                timeNs += Math.min(MAX_NANO_OFFSET, BigEndian.u24(in, data));
            }
            packetType = next & 0xf;
        }
        return packetType;
    }

    private void multitrack() {
        if (left() < 1) {
            sink.onDrop(TagDrop.MALFORMED);
            return;
        }
        int both = u8();
        int multitrackType = both >>> 4;
        int packetType = both & 0xf;
        boolean manyCodecs = multitrackType == MANY_TRACKS_MANY_CODECS;
        if (multitrackType > MANY_TRACKS_MANY_CODECS || (!manyCodecs && left() < 4)) {
            sink.onDrop(TagDrop.MALFORMED);
            return;
        }
        int fourCc = manyCodecs ? 0 : fourCc();
        while (left() > 0) {
            int header = (manyCodecs ? 4 : 0) + (multitrackType == ONE_TRACK ? 1 : 4);
            if (left() < header) {
                sink.onDrop(TagDrop.MALFORMED);
                return;
            }
            int codec = manyCodecs ? fourCc() : fourCc;
            int id = u8();
            int size = multitrackType == ONE_TRACK ? left() : u24();
            if (size > left()) {
                sink.onDrop(TagDrop.MALFORMED);
                return;
            }
            int next = at + size;
            body(packetType, codec, id, next);
            at = next;
        }
    }

    private void body(int packetType, int fourCc, int id, int bodyEnd) {
        FlvCodec codec = FlvCodec.of(fourCc, isVideo);
        if (codec == null) {
            if (id == 0 && packetType <= CODED_FRAMES_X) { // one more track in another codec hurts nobody
                unsupported = FlvCodec.text(fourCc);
            } else {
                sink.onDrop(TagDrop.OTHER_TRACK);
            }
            return;
        }
        switch (packetType) {
            case SEQUENCE_START -> configuration(codec, id, bodyEnd);
            case CODED_FRAMES -> {
                if (!codec.hasCompositionTime()) {
                    media(codec, id, 0, bodyEnd);
                } else if (bodyEnd - at < 3) {
                    sink.onDrop(TagDrop.MALFORMED);
                } else {
                    media(codec, id, i24(), bodyEnd);
                }
            }
            case CODED_FRAMES_X -> media(codec, id, 0, bodyEnd);
            case SEQUENCE_END -> ended(id);
            default -> {
                // Colours (metadata), speakers and MPEG-2 descriptors: the streams say it themselves.
            }
        }
    }

    /** The track of that number; null if it is one too many. */
    private @Nullable Track track(int id) {
        if (!isVideo) {
            return audio.id < 0 || audio.id == id || audio.over ? audio : null;
        }
        return id < MAX_TRACKS ? video[id] : null;
    }

    private void configuration(FlvCodec codec, int id, int bodyEnd) {
        Track track = track(id);
        if (track == null) {
            sink.onDrop(TagDrop.OTHER_TRACK);
            return;
        }
        if (at == bodyEnd && codec != FlvCodec.VP9 && codec != FlvCodec.OPUS) {
            sink.onDrop(TagDrop.MALFORMED);
            return;
        }
        boolean same = codec == track.codec
                && Arrays.equals(in, at, bodyEnd, track.configuration, 0, track.configuration.length);
        track.over = false;
        if (same && track.id == id) {
            return;
        }
        track.id = id;
        track.codec = codec;
        track.configuration = Arrays.copyOfRange(in, at, bodyEnd);
        sink.onConfiguration(isVideo ? id : 0, codec, track.configuration.clone());
    }

    private void media(FlvCodec codec, int id, int compositionMs, int bodyEnd) {
        Track track = track(id);
        if (track == null || (track.id >= 0 && track.id != id)) {
            sink.onDrop(TagDrop.OTHER_TRACK);
        } else if (track.codec != codec) {
            sink.onDrop(TagDrop.NO_CONFIGURATION);
        } else if (at < bodyEnd) {
            byte[] data = Arrays.copyOfRange(in, at, bodyEnd);
            if (isVideo) {
                sink.onVideo(id, codec, timeNs, timeNs + compositionMs * NANOS_PER_MS, key, data);
            } else {
                sink.onAudio(codec, timeNs, data);
            }
        }
    }

    /** What comes all the same is of the last configuration, as some encoders have it. */
    private void ended(int id) {
        Track track = track(id);
        if (track != null) {
            track.over |= track.id == id;
        }
    }

    private int left() {
        return end - at;
    }

    private int u8() {
        return in[at++] & 0xff;
    }

    private int u16() {
        at += 2;
        return BigEndian.u16(in, at - 2);
    }

    private int u24() {
        at += 3;
        return BigEndian.u24(in, at - 3);
    }

    private int i24() {
        return u24() << 8 >> 8;
    }

    private int fourCc() {
        at += 4;
        return BigEndian.i32(in, at - 4);
    }
}
