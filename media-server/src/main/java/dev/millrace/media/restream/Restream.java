package dev.millrace.media.restream;

import dev.millrace.media.control.RestreamInfo;
import dev.millrace.media.control.RestreamInfo.State;
import dev.millrace.media.control.RestreamTarget;
import dev.millrace.media.rtmp.PushEnd;
import dev.millrace.media.segment.TrackFormat;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream on its way to one target: a connection after the other while somebody broadcasts it, until it is stopped. Owned
 * by the loop.
 */
final class Restream implements Sending.Owner {
    private static final Logger LOG = LoggerFactory.getLogger("millrace.restream");

    /** As long as a broadcaster may be away before playlists end. */
    static final long IDLE_NS = 10_000_000_000L;

    /** Layers of simulcast begin one after the other: the highest is to be among those chosen from. */
    static final long SETTLE_NS = 300_000_000L;

    /** So long after a connection began another size disturbs little. */
    private static final long FREE_NS = 5_000_000_000L;

    /** Pictures that were not there for so long are not waited for. */
    private static final long NO_PICTURES_NS = 3_000_000_000L;

    /** Nothing at all came for so long: it begins anew. */
    private static final long HOLE_NS = 1_000_000_000L;

    private static final long MS = 1_000_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final String id;
    private final String stream;
    private final RestreamTarget target;
    private final int height;
    private final Surroundings around;
    private final BackOff backOff;
    private final Selection selection;
    private final Group group = new Group();
    private final Map<PushEnd, Integer> ends = new EnumMap<>(PushEnd.class);
    private @Nullable Sending sending;
    private TrackFormat.@Nullable Aac sound;
    private State state = State.WAITING;
    private long stateSinceMs;
    private long nextAttemptNs = NEVER;
    private long mediaNs = NEVER;
    private long firstNs = NEVER;
    private long pictureNs = NEVER;
    private long liveNs = NEVER;
    private long bytes;
    private long pictures;
    private long dropped;
    private int connects;
    private String detail = "";
    private String logged = "";
    private boolean stopped;

    Restream(String id, String stream, RestreamTarget target, int height, Surroundings around) {
        this.id = id;
        this.stream = stream;
        this.target = target;
        this.height = height;
        this.around = around;
        this.backOff = new BackOff(around.random());
        this.selection = new Selection(height);
        this.stateSinceMs = around.epochMs().getAsLong();
    }

    String id() {
        return id;
    }

    String stream() {
        return stream;
    }

    boolean isTo(RestreamTarget other) {
        return target.equals(other);
    }

    /** A sample of some track. */
    void onMedia(Media media, long nowNs) {
        if (stopped) {
            return;
        }
        if (nowNs - mediaNs > IDLE_NS) {
            firstNs = nowNs;
        }
        if (nowNs - mediaNs > HOLE_NS) {
            pictureNs = nowNs; // sound that comes back is heard of before the keyframe that is waited for
        }
        mediaNs = nowNs;
        switch (media.format()) {
            case TrackFormat.Opus opus -> {
                trouble(
                        "The sound is Opus, which RTMP targets do not take, and nothing makes AAC of it: it is left out.");
                return;
            }
            case TrackFormat.Aac aac -> sound = aac;
            case TrackFormat.H264 h264 -> pictureNs = nowNs;
        }
        if (media.isVideo() && !selection.takes(media, isFree(nowNs), nowNs)) {
            return;
        }
        group.add(media, isAlone());
        Sending now = sending;
        if (now != null && now.isLive()) {
            now.onMedia(media, nowNs);
        } else {
            proceed(nowNs);
        }
    }

    /** There were no pictures for a while when sound came last. */
    private boolean isAlone() {
        return mediaNs - pictureNs >= NO_PICTURES_NS;
    }

    /** When a connection may be begun, {@link Long#MAX_VALUE} if only when something comes: none begins with what is old. */
    private long attemptNs() {
        long atNs = Math.max(nextAttemptNs, firstNs + SETTLE_NS);
        return group.isEmpty() || atNs - mediaNs > HOLE_NS ? Long.MAX_VALUE : atNs;
    }

    private boolean isFree(long nowNs) {
        return state != State.LIVE || nowNs - liveNs < FREE_NS;
    }

    /** Connects, or begins to send, if that can be done now. */
    private void proceed(long nowNs) {
        Sending now = sending;
        if (stopped || group.isEmpty()) {
            return;
        }
        if (now == null && nowNs >= attemptNs()) {
            enter(State.CONNECTING);
            sending = new Sending(around, target, this, nowNs);
        } else if (now != null && now.isReady() && !now.isLive()) {
            connects++;
            liveNs = nowNs;
            enter(State.LIVE);
            detail = "";
            logged = "";
            LOG.atInfo()
                    .addKeyValue("stream", stream)
                    .addKeyValue("to", target.url())
                    .log("restream is live");
            now.begin(group.all(), isAlone(), sound, nowNs);
        }
    }

    @Override
    public void onReady() {
        proceed(around.nowNs().getAsLong());
    }

    @Override
    public void onWarning(String sentence) {
        trouble(sentence);
    }

    private void trouble(String sentence) {
        detail = sentence;
        warn(sentence);
    }

    @Override
    public void onOver(PushEnd why, String sentence) {
        long nowNs = around.nowNs().getAsLong();
        long livedNs = state == State.LIVE ? nowNs - liveNs : 0;
        forgetSending();
        ends.merge(why, 1, Integer::sum);
        boolean refused = why == PushEnd.REFUSED;
        nextAttemptNs = nowNs + (refused ? backOff.afterRefusal() : backOff.after(livedNs)) * MS;
        enter(refused ? State.REFUSED : State.RETRYING);
        trouble(sentence);
    }

    private void forgetSending() {
        Sending was = sending;
        sending = null;
        if (was != null) {
            bytes += was.bytes();
            pictures += was.pictures();
            dropped += was.dropped();
        }
    }

    void onDeadline(long nowNs) {
        Sending now = sending;
        if (now != null) {
            now.onDeadline(nowNs);
        }
        if (mediaNs != NEVER && nowNs - mediaNs >= IDLE_NS) {
            idle();
        } else {
            proceed(nowNs);
        }
    }

    long nextDeadlineNs() {
        if (stopped) {
            return Long.MAX_VALUE;
        }
        Sending now = sending;
        long ofSending = now == null ? Long.MAX_VALUE : now.nextDeadlineNs();
        if (mediaNs == NEVER) {
            return ofSending;
        }
        return Math.min(Math.min(ofSending, mediaNs + IDLE_NS), now == null ? attemptNs() : Long.MAX_VALUE);
    }

    /** Nobody broadcasts the stream, or nothing of it comes any more. */
    void idle() {
        Sending was = sending;
        if (was != null) {
            was.finish();
            forgetSending();
        }
        mediaNs = NEVER;
        group.clear();
        selection.forget();
        sound = null;
        if (state != State.REFUSED) {
            enter(State.WAITING);
        }
    }

    /** For good. */
    void stop() {
        idle();
        stopped = true;
    }

    private void enter(State next) {
        if (next != state) {
            state = next;
            stateSinceMs = around.epochMs().getAsLong();
        }
    }

    /** Once for every cause: what is gone for hours fails again and again. */
    private void warn(String what) {
        if (!what.equals(logged)) {
            logged = what;
            LOG.atWarn()
                    .addKeyValue("stream", stream)
                    .addKeyValue("to", target.url())
                    .addKeyValue("detail", what)
                    .log("restream");
        }
    }

    RestreamInfo describe() {
        Sending now = sending;
        long waitNs = nextAttemptNs - around.nowNs().getAsLong();
        boolean waits = (state == State.RETRYING || state == State.REFUSED) && waitNs > 0;
        return new RestreamInfo(
                id,
                stream,
                target.url(),
                height,
                state,
                stateSinceMs,
                waits ? around.epochMs().getAsLong() + waitNs / MS : 0,
                bytes + (now == null ? 0 : now.bytes()),
                pictures + (now == null ? 0 : now.pictures()),
                dropped + (now == null ? 0 : now.dropped()),
                connects,
                detail);
    }

    /** What waits to be sent, in bytes. */
    long waitingBytes() {
        Sending now = sending;
        return now == null ? 0 : now.waitingBytes();
    }
}
