package dev.millrace.media.frames;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Notes what goes wrong between the packets of a source and its pictures; owned by one thread, told the time. */
final class PictureWatch {
    /** Two segments and a half, and a dozen wishes for a keyframe. */
    private static final long PATIENCE_NS = 5_000_000_000L;

    /** A browser that adapts changes its picture's size a few times a minute at most; a turned phone once. */
    private static final int CHANGES = 5;

    private static final long CHANGES_WITHIN_NS = 30_000_000_000L;

    private final RecentEvents changes = new RecentEvents(CHANGES, CHANGES_WITHIN_NS);
    private @Nullable VideoConfig config;
    private boolean any;
    private long packetNs;
    private long pictureNs;
    private long keyNs;
    private boolean unreadable;

    void onPacket(long nowNs) {
        if (!any || nowNs - packetNs > PATIENCE_NS) {
            pictureNs = nowNs; // the first, or the first after a pause
            keyNs = nowNs;
        }
        any = true;
        packetNs = nowNs;
    }

    void onPicture(VideoConfig its, boolean key, long nowNs) {
        keyNs = key ? nowNs : keyNs;
        if (config != null && config != its) {
            changes.add(nowNs);
        }
        config = its;
        pictureNs = nowNs;
        unreadable = false;
    }

    void onUnreadable() {
        unreadable = true;
    }

    Optional<SourceTrouble> trouble(long nowNs) {
        if (any && packetNs - pictureNs > PATIENCE_NS && nowNs - packetNs <= PATIENCE_NS) {
            return Optional.of(unreadable ? SourceTrouble.UNREADABLE_PARAMETERS : SourceTrouble.NO_KEYFRAME);
        }
        if (changes.many(nowNs)) {
            return Optional.of(SourceTrouble.PARAMETERS_CHANGE);
        }
        boolean rare = config != null && pictureNs - keyNs > PATIENCE_NS && nowNs - pictureNs <= PATIENCE_NS;
        return rare ? Optional.of(SourceTrouble.RARE_KEYFRAMES) : Optional.empty();
    }
}
