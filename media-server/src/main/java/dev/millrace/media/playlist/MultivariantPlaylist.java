package dev.millrace.media.playlist;

import dev.millrace.media.rtp.codec.H264Vui;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the playlist a player opens first: EXT-X-MEDIA for every sound, EXT-X-STREAM-INF for every picture with each of
 * them (rfc8216bis section 4.4.6). Tracks that have nothing yet are left out.
 */
public final class MultivariantPlaylist {
    /** What a variant is told to need before the first whole segment says better, 0.1 bit a pixel of 30 pictures a second. */
    private static final int GUESSED_PICTURES_PER_S = 30;

    /** Publishers find out for that long how much they may send. */
    private static final long SETTLED_NS = 15 * Numbers.NS_PER_S;

    private static final int GUESSED_PIXELS_PER_BIT = 10;
    private static final long GUESSED_SOUND_BPS = 128_000;

    private final Names names;

    public MultivariantPlaylist(Names names) {
        this.names = names;
    }

    /** A track and what it is now. */
    private record Playing(Track track, TrackFormat format) {}

    /** The text; {@code independent} if every segment begins with a keyframe. */
    public String write(List<Track> tracks, boolean independent) {
        List<Playing> pictures = playing(tracks, true);
        List<Playing> sounds = playing(tracks, false);
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:" + MediaPlaylist.VERSION + "\n");
        text.append(independent ? "#EXT-X-INDEPENDENT-SEGMENTS\n" : "");
        if (pictures.isEmpty()) {
            sounds.forEach(sound -> text.append(variant(null, sound)));
            return text.toString();
        }
        for (int i = 0; i < sounds.size(); i++) {
            text.append(media(sounds.get(i), i == 0));
        }
        for (Playing picture : pictures) {
            if (sounds.isEmpty()) {
                text.append(variant(picture, null));
            }
            sounds.forEach(sound -> text.append(variant(picture, sound)));
        }
        return text.toString();
    }

    private static List<Playing> playing(List<Track> tracks, boolean video) {
        List<Playing> playing = new ArrayList<>();
        for (Track track : tracks) {
            Init init = track.latestInit();
            if (init != null && track.isVideo() == video) {
                playing.add(new Playing(track, init.format()));
            }
        }
        return playing;
    }

    private String media(Playing sound, boolean first) {
        int channels = channels(sound.format());
        return new Attributes("EXT-X-MEDIA")
                .plain("TYPE", "AUDIO")
                .quoted("GROUP-ID", sound.track().name())
                .quoted("NAME", sound.track().name())
                .plain("DEFAULT", first ? "YES" : "NO")
                .plain("AUTOSELECT", "YES")
                .quoted("CHANNELS", Integer.toString(channels))
                .quoted("URI", names.playlist(sound.track()))
                .toString();
    }

    private static int channels(TrackFormat format) {
        return switch (format) {
            case TrackFormat.Aac aac -> aac.channels();
            case TrackFormat.Opus opus -> opus.channels();
            case TrackFormat.H264 video -> 0;
        };
    }

    private String variant(@Nullable Playing picture, @Nullable Playing sound) {
        List<Playing> both = new ArrayList<>();
        if (picture != null) {
            both.add(picture);
        }
        if (sound != null) {
            both.add(sound);
        }
        Attributes inf = new Attributes("EXT-X-STREAM-INF")
                .plain(
                        "BANDWIDTH",
                        both.stream()
                                .mapToLong(each -> bps(each.format(), each.track()))
                                .sum())
                .plain(
                        "AVERAGE-BANDWIDTH",
                        both.stream()
                                .mapToLong(MultivariantPlaylist::averageBps)
                                .sum())
                .quoted(
                        "CODECS",
                        String.join(
                                ",",
                                both.stream()
                                        .map(each -> each.format().codecString())
                                        .toList()));
        if (picture != null && picture.format() instanceof TrackFormat.H264 video) {
            inf.plain("RESOLUTION", video.width() + "x" + video.height());
            double rate = picturesPerS(video, picture.track());
            if (rate > 0) {
                inf.rate("FRAME-RATE", rate);
            }
            inf.plain("CLOSED-CAPTIONS", "NONE");
            if (sound != null) {
                inf.quoted("AUDIO", sound.track().name());
            }
        }
        return inf + names.playlist(both.getFirst().track()) + "\n";
    }

    /** As the parameter sets tell, or else as measured, to the whole number; 0 if nobody knows. */
    static double picturesPerS(TrackFormat.H264 video, Track track) {
        H264Vui vui = video.config().sequence().vui();
        if (vui != null && vui.unitsInTick() > 0 && vui.timeScale() > 0) {
            return vui.timeScale() / (2.0 * vui.unitsInTick());
        }
        return track.measuredNs() == 0 ? 0 : Math.max(1, Math.round(Numbers.NS_PER_S / (double) track.usualSampleNs()));
    }

    private static long averageBps(Playing each) {
        long measuredBps = each.track().averageBps();
        return measuredBps > 0 ? measuredBps : bps(each.format(), each.track());
    }

    /** The peak that was measured; while an encoder may still be on its way up, a guess if that is more. */
    static long bps(TrackFormat format, Track track) {
        boolean settled = track.measuredNs() >= SETTLED_NS;
        return settled ? track.peakBps() : Math.max(track.peakBps(), guessedBps(format));
    }

    private static long guessedBps(TrackFormat format) {
        return switch (format) {
            case TrackFormat.H264 video ->
                (long) video.width() * video.height() * GUESSED_PICTURES_PER_S / GUESSED_PIXELS_PER_BIT;
            case TrackFormat.Aac aac -> aac.bitrateBps();
            case TrackFormat.Opus opus -> GUESSED_SOUND_BPS;
        };
    }
}
