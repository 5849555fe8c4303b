package dev.millrace.media;

import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import dev.millrace.media.receive.LayerStats;
import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Published tracks in the words of the API. */
final class Tracks {
    private Tracks() {}

    static List<TrackInfo> describe(
            List<PublishedMedia> media,
            List<LayerStats> stats,
            @Nullable CodecFormat audio,
            @Nullable CodecFormat video) {
        List<TrackInfo> tracks = new ArrayList<>();
        for (PublishedMedia section : media) {
            CodecFormat format = section.kind() == MediaKind.AUDIO ? audio : video;
            tracks.add(new TrackInfo(
                    section.mid(),
                    section.kind().name().toLowerCase(Locale.ROOT),
                    format == null ? "" : format.name(),
                    format == null ? "" : parameters(format.fmtp()),
                    layers(section, stats)));
        }
        return tracks;
    }

    private static List<LayerInfo> layers(PublishedMedia section, List<LayerStats> stats) {
        List<LayerInfo> layers = new ArrayList<>();
        for (LayerStats layer : stats) {
            if (layer.mid().equals(section.mid()) && layer.kind() == section.kind()) {
                layers.add(new LayerInfo(
                        layer.rid().isEmpty() ? null : layer.rid(),
                        layer.active(),
                        false,
                        layer.width(),
                        layer.height(),
                        layer.framesPerSecond(),
                        layer.bitrateBps(),
                        layer.packets(),
                        layer.lost(),
                        layer.nacked(),
                        layer.recovered(),
                        layer.keyframeRequests()));
            }
        }
        return layers;
    }

    private static String parameters(Map<String, String> fmtp) {
        return fmtp.entrySet().stream()
                .map(e -> e.getValue().isEmpty() ? e.getKey() : e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(";"));
    }
}
