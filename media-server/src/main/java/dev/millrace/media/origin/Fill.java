package dev.millrace.media.origin;

import dev.millrace.media.segment.Init;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Track;
import org.jspecify.annotations.Nullable;

/**
 * What a broadcaster who returned leaves out of what players know of: black pictures, or silence. Owned by the origin's
 * thread.
 */
sealed interface Fill {
    /** What the broadcaster does send has come to that time. */
    void until(long captureNs);

    /** Null if nothing is left out. */
    static @Nullable Fill of(Packaging into, PackagerConfig config, boolean noPictures, boolean noSound) {
        Init pictures = noPictures ? into.latestInit(true) : null;
        Init sound = noSound ? into.latestInit(false) : null;
        if (pictures != null && !noSound) {
            return new Dark(into, into.track(TrackNames.VIDEO, true), new DarkPictures(config.partNs() / 2));
        }
        return sound != null && !noPictures
                ? new Silent(into, into.track(TrackNames.AUDIO, false), new Silence(sound.format()))
                : null;
    }

    /** Pictures are left out. */
    record Dark(Packaging into, Track track, DarkPictures pictures) implements Fill {
        @Override
        public void until(long captureNs) {
            pictures.until(captureNs, (frame, ns) -> into.onVideo(track, frame, ns));
        }
    }

    /** Sound is left out; pictures begin. */
    record Silent(Packaging into, Track track, Silence silence) implements Fill {
        @Override
        public void until(long captureNs) {
            if (into.isRunning()) {
                silence.until(captureNs, (format, data, ns) -> into.onAudio(track, format, data, ns));
            }
        }
    }
}
