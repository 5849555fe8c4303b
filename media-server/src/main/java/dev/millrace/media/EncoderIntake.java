package dev.millrace.media;

import dev.millrace.media.control.CloseReason;
import dev.millrace.media.control.IngestCodec;
import dev.millrace.media.control.IngestListener;
import dev.millrace.media.control.IngestReply;
import dev.millrace.media.control.IngestSession;
import dev.millrace.media.control.RefusalKind;
import dev.millrace.media.control.StreamWarning;
import dev.millrace.media.frames.AacConfig;
import dev.millrace.media.frames.VideoRecord;
import dev.millrace.media.ingest.Throttle;
import dev.millrace.media.net.EventLoop;
import dev.millrace.media.net.Timer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection puts an encoder's media: looks at what is told once, holds back who is too fast, and hands the rest to
 * the loop of its {@link Encoder}. One thread at a time; only the end may be told by any.
 */
final class EncoderIntake implements IngestSession {
    /** What a loop that hangs may cost: two keyframes at their largest. */
    private static final long MAX_WAITING_BYTES = 16L << 20;

    /** A loop comes around within this, or the machine is at its end. */
    private static final long BUSY_NS = 50_000_000L;

    private final Encoder encoder;
    private final EventLoop loop;
    private final IngestListener listener;
    private final LongSupplier clock;
    private final Throttle throttle = new Throttle();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Timer resume;
    private final PictureTracks pictures;
    private boolean sound;

    /** Guards what follows: a wish to go on must not come before what holds back is told. */
    private final Object holding = new Object();

    private boolean held;
    private long heldUntilNs;

    /** @param transcodes whether H.264 can be made of something else */
    EncoderIntake(Encoder encoder, IngestListener listener, LongSupplier clock, BooleanSupplier transcodes) {
        this.encoder = encoder;
        this.loop = encoder.loop();
        this.listener = listener;
        this.clock = clock;
        this.pictures = new PictureTracks(transcodes);
        this.resume = new Timer(nowNs -> onResume());
        encoder.session().endsBy(this::ended);
    }

    @Override
    public String id() {
        return encoder.session().id();
    }

    @Override
    public IngestReply.@Nullable Refused configure(int track, IngestCodec codec, byte[] configuration) {
        String code = EncoderWarnings.REFUSED_SOUND;
        if (codec.isVideo()) {
            code = pictures.isMain(track) ? EncoderWarnings.REFUSED_PICTURES : EncoderWarnings.REFUSED_TRACK;
        }
        IngestReply.Refused refused = take(track, codec, configuration);
        if (refused == null) {
            encoder.said().clear(code);
        } else {
            encoder.said().note(new StreamWarning(code, refused.detail()));
        }
        return refused;
    }

    private IngestReply.@Nullable Refused take(int track, IngestCodec codec, byte[] configuration) {
        return switch (codec) {
            case AAC -> aac(configuration);
            case OPUS -> {
                sound = true;
                loop.execute(() -> encoder.configureOpus());
                yield null;
            }
            case H264, HEVC, AV1, VP9 -> {
                IngestReply.Refused refused = pictures.configure(track, codec, configuration);
                VideoRecord record = pictures.served(track);
                if (record != null) {
                    loop.execute(() -> encoder.configureVideo(track, record));
                }
                yield refused;
            }
        };
    }

    private IngestReply.@Nullable Refused aac(byte[] configuration) {
        AacConfig config = AacConfig.read(configuration);
        sound = config != null;
        if (config == null) {
            return refused(RefusalKind.MALFORMED, "What was told of the AAC (AudioSpecificConfig) is broken.");
        }
        loop.execute(() -> encoder.configureAac(config));
        return null;
    }

    private static IngestReply.Refused refused(RefusalKind kind, String detail) {
        return new IngestReply.Refused(kind, detail);
    }

    @Override
    public boolean video(int track, long decodeNs, long presentNs, boolean key, byte[] data) {
        if (pictures.served(track) == null || over.get()) {
            return true;
        }
        boolean goOn = admit(decodeNs, data.length);
        if (!over.get()) {
            loop.execute(() -> {
                waitingBytes.addAndGet(-data.length);
                encoder.onVideo(track, decodeNs, presentNs, key, data, loop.nowNs());
            });
        }
        return goOn;
    }

    @Override
    public boolean audio(long presentNs, byte[] data) {
        if (!sound || over.get()) {
            return true;
        }
        boolean goOn = admit(presentNs, data.length);
        if (!over.get()) {
            loop.execute(() -> {
                waitingBytes.addAndGet(-data.length);
                encoder.onAudio(presentNs, data, loop.nowNs());
            });
        }
        return goOn;
    }

    /** Counts it; false if nothing more should come for now. */
    private boolean admit(long encoderNs, int bytes) {
        long nowNs = clock.getAsLong();
        long holdNs = throttle.onMedia(encoderNs, nowNs);
        boolean full = waitingBytes.addAndGet(bytes) > MAX_WAITING_BYTES;
        if (throttle.isHopeless() || waitingBytes.get() > 2 * MAX_WAITING_BYTES) {
            encoder.session().end(CloseReason.TOO_FAST);
            return false;
        }
        synchronized (holding) {
            if (holdNs == 0 && !full) {
                return !held;
            }
            long untilNs = nowNs + Math.max(holdNs, full ? BUSY_NS : 0);
            heldUntilNs = untilNs;
            if (!held) {
                held = true;
                loop.execute(() -> loop.timers().set(resume, untilNs));
            }
            return false;
        }
    }

    /** On the loop. */
    private void onResume() {
        synchronized (holding) {
            long nowNs = loop.nowNs();
            boolean full = waitingBytes.get() > MAX_WAITING_BYTES;
            if (over.get() || full || heldUntilNs > nowNs) {
                loop.timers()
                        .set(resume, over.get() ? Long.MAX_VALUE : Math.max(heldUntilNs, full ? nowNs + BUSY_NS : 0));
                return;
            }
            held = false;
        }
        listener.onResume();
    }

    @Override
    public void close(CloseReason reason) {
        if (over.compareAndSet(false, true)) {
            loop.execute(() -> end(reason));
        }
    }

    /** We end it, for the reason that the session has noted. */
    private void ended() {
        if (over.compareAndSet(false, true)) {
            CloseReason noted = encoder.session().closing();
            CloseReason reason = noted == null ? CloseReason.SHUTDOWN : noted;
            loop.execute(() -> end(reason));
            listener.onClosed(reason, sentence(reason));
        }
    }

    private void end(CloseReason reason) {
        loop.timers().cancel(resume);
        encoder.end(reason);
    }

    private static String sentence(CloseReason reason) {
        return switch (reason) {
            case TAKEN_OVER -> "Another broadcaster took this stream over.";
            case KICKED -> "An operator ended this broadcast.";
            case TOO_FAST ->
                "It came faster than it plays, and went on when it was held back: send it at its own pace"
                        + " (FFmpeg: -re before the input).";
            case SHUTDOWN -> "The server stops.";
            case DELETED, SILENT, ICE_FAILED, DTLS_FAILED, CLOSED_BY_PEER, MALFORMED, FAULT ->
                "The server ended this broadcast.";
        };
    }
}
