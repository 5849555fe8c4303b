package dev.millrace.media.transcode.wire;

import org.jspecify.annotations.Nullable;

/**
 * A message between the media server and its worker.
 *
 * <pre>
 * u32 length of all that follows | u8 kind | fields
 * </pre>
 *
 * <p>Of the fields, {@code bytes} and {@code text} (UTF-8) have their length before them in four bytes, lists the number
 * of their items in two. Immutable; any thread.
 */
public sealed interface Message
        permits Open,
                Sound,
                Picture,
                Close,
                StillWanted,
                RemuxWanted,
                Ping,
                Hello,
                SoundMade,
                PictureMade,
                Lost,
                StillMade,
                Failed,
                Done,
                Pong,
                Trouble,
                Fetch,
                TrackFetched,
                MediaFetched {
    /** The length before each message. */
    int LENGTH_BYTES = 4;

    /** A keyframe of 4K at its worst has 4 MiB; beyond this somebody lies. */
    int MAX_BYTES = 16 << 20;

    /** What tells the messages apart. */
    int kind();

    /** Appends the fields. */
    void write(FieldWriter out);

    /** The whole message as it goes over the socket, its length first. */
    default byte[] frame() {
        FieldWriter out = new FieldWriter();
        out.u32(0);
        out.u8(kind());
        write(out);
        return out.framed();
    }

    /** Reads what follows the length; null if it is none of ours. */
    static @Nullable Message read(byte[] message) {
        FieldReader in = new FieldReader(message);
        Message read =
                switch (in.u8()) {
                    case Open.KIND -> Open.read(in);
                    case Sound.KIND -> Sound.read(in);
                    case Picture.KIND -> Picture.read(in);
                    case Close.KIND -> Close.read(in);
                    case StillWanted.KIND -> StillWanted.read(in);
                    case RemuxWanted.KIND -> RemuxWanted.read(in);
                    case Ping.KIND -> Ping.read(in);
                    case Hello.KIND -> Hello.read(in);
                    case SoundMade.KIND -> SoundMade.read(in);
                    case PictureMade.KIND -> PictureMade.read(in);
                    case Lost.KIND -> Lost.read(in);
                    case StillMade.KIND -> StillMade.read(in);
                    case Failed.KIND -> Failed.read(in);
                    case Done.KIND -> Done.read(in);
                    case Pong.KIND -> Pong.read(in);
                    case Trouble.KIND -> Trouble.read(in);
                    case Fetch.KIND -> Fetch.read(in);
                    case TrackFetched.KIND -> TrackFetched.read(in);
                    case MediaFetched.KIND -> MediaFetched.read(in);
                    default -> null;
                };
        return in.complete() ? read : null;
    }
}
