package dev.millrace.media.origin;

import dev.millrace.media.frames.AvcConfig;
import dev.millrace.media.frames.VideoFrame;
import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.Track;
import dev.millrace.media.segment.TrackFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every track of pictures going that somebody plays: where its own pictures rest, or the broadcaster who returned has
 * none, those of the nearest size stand in. Players of HLS stay with the playlist they chose (RFC 8216 section 6.3.4 lets
 * them; Shaka never leaves one that only holds gaps), so it must not stop while there is any picture.
 *
 * <p>A change is another format and thus a discontinuity, and waits for a keyframe. Owned by the origin's thread, told the
 * time.
 */
final class StandIns {
    private static final long MS = 1_000_000;

    /** A layer that rests for less is bridged by its last picture. */
    private static final long SILENT_NS = 1_000 * MS;

    /** The layers of one broadcaster begin that far apart, unless an encoder has yet to find out what its way takes. */
    private static final long BEGIN_NS = 400 * MS;

    /** What came back is believed to stay. */
    private static final long STEADY_NS = 1_000 * MS;

    /** The layers' keyframes of one moment arrive within this. */
    private static final long KEYFRAMES_APART_NS = 300 * MS;

    /** What passes through arrives within this; what is made comes later. */
    private static final long BEHIND_NS = 100 * MS;

    /** Others must have had so many meanwhile: a shared screen may have a picture a second. */
    private static final int MISSED = 8;

    /** Pictures since the last keyframe that are kept to begin with: five seconds. */
    private static final int KEPT = 150;

    private record Picture(VideoFrame frame, long captureNs) {}

    /** Pictures of one size that come from the broadcaster or from the transcoder. */
    private static final class Voice {
        final Track track;
        final List<Picture> sinceKey = new ArrayList<>();
        int height;
        int missed;
        long heardNs;
        long newestNs;
        long steadySinceNs;

        Voice(Track track) {
            this.track = track;
        }

        void hear(VideoFrame frame, long captureNs, long nowNs) {
            steadySinceNs = heardNs == 0 || isSilent(nowNs) ? nowNs : steadySinceNs;
            heardNs = nowNs;
            newestNs = captureNs;
            missed = 0;
            if (frame.key() || sinceKey.size() >= KEPT) {
                sinceKey.clear();
            }
            if (frame.key() || !sinceKey.isEmpty()) {
                sinceKey.add(new Picture(frame, captureNs));
            }
            if (frame.config() instanceof AvcConfig avc) {
                height = avc.sequence().height();
            }
        }

        boolean isSilent(long nowNs) {
            return nowNs - heardNs > SILENT_NS && missed >= MISSED;
        }
    }

    /** A track, and whose pictures it shows now. */
    private static final class Role {
        final Track track;
        final int height;

        @Nullable
        Voice voice;

        boolean made;

        long fedNs = Long.MIN_VALUE;

        /** Since when what stands in is held back for a better keyframe; 0 if it is not. */
        long waitingSinceNs;

        Role(Track track) {
            this.track = track;
            Init init = track.latestInit();
            this.height = init != null && init.format() instanceof TrackFormat.H264 h264 ? h264.height() : 0;
        }
    }

    private final Packaging into;
    private final Runnable keyframeWanted;
    private final Map<Track, Voice> voices = new LinkedHashMap<>();
    private final Map<Track, Role> roles = new LinkedHashMap<>();
    private long beganNs;
    private long newestNs = Long.MIN_VALUE;

    StandIns(Packaging into, Runnable keyframeWanted) {
        this.into = into;
        this.keyframeWanted = keyframeWanted;
        into.pictures().forEach(each -> roles.put(each, new Role(each)));
    }

    /** The track's own pictures are made by the transcoder: those who wait for them have the same time as before. */
    void made(Track track) {
        roles.computeIfAbsent(track, Role::new).made = true;
    }

    /** Others are further already: what changes there would be a discontinuity in the middle of theirs. */
    private boolean isBehind(long captureNs) {
        return newestNs - captureNs > BEHIND_NS;
    }

    /** All tracks begin anew. */
    void restart() {
        beganNs = 0;
        newestNs = Long.MIN_VALUE;
        voices.clear();
        for (Role role : roles.values()) {
            role.voice = null;
            role.waitingSinceNs = 0;
            role.fedNs = Long.MIN_VALUE;
        }
    }

    /** The next picture of a track's own. */
    void onVideo(Track own, VideoFrame frame, long captureNs, long nowNs) {
        beganNs = beganNs == 0 ? nowNs : beganNs;
        Voice voice = voices.computeIfAbsent(own, Voice::new);
        voices.values().forEach(each -> each.missed++);
        voice.hear(frame, captureNs, nowNs);
        newestNs = Math.max(newestNs, captureNs);
        play(roles.computeIfAbsent(own, Role::new), voice, frame, captureNs, nowNs);
        for (Role role : roles.values()) {
            if (role.track != own) {
                play(role, voice, frame, captureNs, nowNs);
            }
        }
    }

    private void play(Role role, Voice voice, VideoFrame frame, long captureNs, long nowNs) {
        Voice now = role.voice;
        if (now == voice) {
            goOn(role, voice, frame, captureNs, nowNs);
        } else if (now == null && role.track == voice.track) {
            begin(role, voice, frame, captureNs, nowNs);
        } else if (mayChange(role, voice) && best(role, nowNs) == voice) {
            boolean fits = frame.key() && captureNs > role.fedNs && !isBehind(captureNs);
            if (now == null) {
                if (nowNs - beganNs > BEGIN_NS) {
                    change(role, voice);
                }
            } else if (fits && (now.isSilent(nowNs) || isSteady(voice, nowNs))) {
                change(role, voice);
            } else if (now.isSilent(nowNs)) {
                keyframeWanted.run();
            }
        }
    }

    /** The same pictures as before; unless better ones are due with a keyframe of that time. */
    private void goOn(Role role, Voice voice, VideoFrame frame, long captureNs, long nowNs) {
        if (frame.key() && role.waitingSinceNs == 0) {
            Voice best = best(role, nowNs);
            boolean better = best != null && best != voice && isSteady(best, nowNs);
            role.waitingSinceNs = better ? nowNs : 0;
        }
        if (role.waitingSinceNs == 0) {
            feed(role, frame, captureNs);
        } else if (nowNs - role.waitingSinceNs > KEYFRAMES_APART_NS) {
            change(role, voice); // it did not come
        }
    }

    /**
     * A track's own pictures begin. Shaka takes no notice of a representation that is added to a period it knows, so one that
     * comes later than the others begins a period of its own, at a keyframe that all have.
     */
    private void begin(Role role, Voice voice, VideoFrame frame, long captureNs, long nowNs) {
        boolean late = into.isReady() && nowNs - beganNs > BEGIN_NS && !role.made;
        if (late && !(frame.key() && isSteady(voice, nowNs))) {
            return;
        }
        if (late) {
            into.discontinue(captureNs);
        }
        if (frame.key()) {
            change(role, voice);
        } else {
            into.onVideo(role.track, frame, captureNs); // counts as dropped
        }
    }

    private static boolean isSteady(Voice voice, long nowNs) {
        return nowNs - voice.steadySinceNs > STEADY_NS;
    }

    /** Its own pictures may always return; others stand in only where somebody would miss them. */
    private boolean mayChange(Role role, Voice voice) {
        return role.track == voice.track
                || (!role.made && role.track.latestInit() != null && into.isPlayed(role.track));
    }

    /** Its own, or else of those that come the nearest in size. */
    private @Nullable Voice best(Role role, long nowNs) {
        Voice best = null;
        for (Voice each : voices.values()) {
            if (each.sinceKey.isEmpty() || each.isSilent(nowNs)) {
                continue;
            }
            if (each.track == role.track) {
                return each;
            }
            if (isBehind(each.newestNs)) {
                continue;
            }
            if (best == null || distance(role, each) < distance(role, best)) {
                best = each;
            }
        }
        return best;
    }

    private static int distance(Role role, Voice voice) {
        return Math.abs(role.height - voice.height);
    }

    /** Goes on with another's pictures, from their last keyframe on. */
    private void change(Role role, Voice voice) {
        role.voice = voice;
        role.waitingSinceNs = 0;
        into.setStandIn(role.track, voice.track != role.track);
        voice.sinceKey.forEach(each -> feed(role, each.frame(), each.captureNs()));
    }

    private void feed(Role role, VideoFrame frame, long captureNs) {
        role.fedNs = Math.max(role.fedNs, captureNs);
        into.onVideo(role.track, frame, captureNs);
    }
}
