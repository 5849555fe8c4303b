package dev.millrace.media;

import dev.millrace.media.control.SentReason;
import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says to a viewer in one plain sentence why it gets what it gets: the words behind {@link SentReason}. Any thread.
 *
 * @param kind {@code audio} or {@code video}
 * @param published the track that is published, null when none of this kind is
 * @param current the rid that flows, null when none does or without simulcast
 * @param wanted the rid that is to flow
 * @param selected the rid chosen by hand, null when automatic
 * @param flows whether anything of this track flows
 * @param estimateBps what the viewer's connection carries, -1 while unknown
 */
record SentWords(
        String kind,
        @Nullable TrackInfo published,
        @Nullable String current,
        @Nullable String wanted,
        @Nullable String selected,
        boolean flows,
        long estimateBps) {

    String sentence(SentReason reason) {
        return switch (reason) {
            case BEST -> best();
            case BANDWIDTH -> bandwidth();
            case SELECTED -> selected == null ? "This was chosen by hand." : "You chose " + name(selected) + ".";
            case LAYER_MISSING -> missing();
            case WAITING_FOR_KEYFRAME -> waiting();
            case AUDIO_ONLY -> audioOnly();
            case PAUSED -> isVideo() ? "The picture is paused." : "The sound is paused.";
            case CODEC_UNSUPPORTED -> unsupported();
            case NOTHING_PUBLISHED -> isVideo() ? "No picture is published now." : "No sound is published now.";
        };
    }

    private boolean isVideo() {
        return kind.equals("video");
    }

    private String best() {
        if (!isVideo()) {
            return "All of the sound is sent.";
        }
        LayerInfo layer = layer(current);
        return current == null
                ? "This is all that the broadcaster sends" + (layer == null ? "." : size(layer) + ".")
                : "This is the best that the broadcaster sends: " + name(current) + ".";
    }

    private String bandwidth() {
        if (selected != null && !selected.equals(current)) {
            String chosen = "You chose " + name(selected) + ", which" + needs(layer(selected));
            return chosen + "; your" + carries().substring("Your".length()) + ".";
        }
        LayerInfo next = next();
        return next == null
                ? carries() + ": too little for every frame of " + name(current) + "."
                : carries() + "; the next " + name(next.rid()) + needs(next) + ".";
    }

    private static String needs(@Nullable LayerInfo layer) {
        return layer == null || layer.bitrateBps() <= 0 ? " needs more" : " needs " + rate(layer.bitrateBps());
    }

    private String missing() {
        if (selected != null) {
            String instead = flows && !Objects.equals(current, selected) ? "; " + name(current) + " flows instead" : "";
            return "You chose " + name(selected) + ", which the broadcaster does not send now" + instead + ".";
        }
        LayerInfo missing = missingLayer();
        return missing == null
                ? "The broadcaster does not send " + name(current) + " in full now."
                : "The broadcaster does not send " + name(missing.rid()) + " now.";
    }

    /** The best layer that neither flows nor only rests. */
    private @Nullable LayerInfo missingLayer() {
        LayerInfo missing = null;
        if (published != null) {
            for (LayerInfo layer : published.layers()) {
                if (!layer.active() && !layer.dormant() && (missing == null || better(layer, missing))) {
                    missing = layer;
                }
            }
        }
        return missing;
    }

    private String waiting() {
        if (!flows) {
            return "Waiting for a keyframe of the broadcaster, with which the picture begins.";
        }
        return "Waiting for a keyframe of " + name(wanted) + "; until then " + name(current) + " flows.";
    }

    private String audioOnly() {
        LayerInfo least = least();
        String smallest = "the smallest picture" + (least == null ? "" : ", " + name(least.rid()) + ",");
        return carries() + "; " + smallest + needs(least) + ", so only the sound is sent.";
    }

    private String unsupported() {
        String codec = published == null || published.codec().isEmpty() ? "another codec" : published.codec();
        return "The broadcaster now sends " + codec
                + ", which this session did not negotiate; connect again to get it.";
    }

    private String carries() {
        return estimateBps < 0
                ? "Your connection carries no more"
                : "Your connection carries about " + rate(estimateBps);
    }

    /** The smallest layer that is better than what flows and could flow; null when there is none. */
    private @Nullable LayerInfo next() {
        LayerInfo now = layer(current);
        LayerInfo next = null;
        if (published != null) {
            for (LayerInfo layer : published.layers()) {
                boolean offered = layer.active() || layer.dormant();
                if (offered && (now == null || better(layer, now)) && (next == null || better(next, layer))) {
                    next = layer;
                }
            }
        }
        return next;
    }

    private @Nullable LayerInfo least() {
        LayerInfo least = null;
        if (published != null) {
            for (LayerInfo layer : published.layers()) {
                if ((layer.active() || layer.dormant()) && (least == null || better(least, layer))) {
                    least = layer;
                }
            }
        }
        return least;
    }

    private static boolean better(LayerInfo a, LayerInfo b) {
        long pixels = (long) a.width() * a.height() - (long) b.width() * b.height();
        return pixels != 0 ? pixels > 0 : a.bitrateBps() > b.bitrateBps();
    }

    /** The layer of that rid; without simulcast the only one. */
    private @Nullable LayerInfo layer(@Nullable String rid) {
        if (published == null) {
            return null;
        }
        for (LayerInfo layer : published.layers()) {
            if (Objects.equals(layer.rid(), rid)) {
                return layer;
            }
        }
        return null;
    }

    private String name(@Nullable String rid) {
        String name = rid != null ? "layer " + rid : isVideo() ? "the picture" : "the sound";
        LayerInfo layer = layer(rid);
        return layer == null ? name : name + size(layer);
    }

    private static String size(LayerInfo layer) {
        return layer.width() > 0 ? " (" + layer.width() + "x" + layer.height() + ")" : "";
    }

    /** Such as 640 kb/s or 1.5 Mb/s. */
    static String rate(long bps) {
        return bps < 1_000_000
                ? Math.round(bps / 1000.0) + " kb/s"
                : String.format(Locale.ROOT, bps < 10_000_000 ? "%.1f Mb/s" : "%.0f Mb/s", bps / 1e6);
    }
}
