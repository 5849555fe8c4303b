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

    /** {@code demanded}: the layers of the video that the publisher was told to send, bit i for layer i. */
    static List<TrackInfo> describe(
            List<PublishedMedia> media,
            List<LayerStats> stats,
            @Nullable CodecFormat audio,
            @Nullable CodecFormat video,
            int demanded) {
        List<TrackInfo> tracks = new ArrayList<>();
        for (PublishedMedia section : media) {
            CodecFormat format = section.kind() == MediaKind.AUDIO ? audio : video;
            tracks.add(new TrackInfo(
                    section.mid(),
                    section.kind().name().toLowerCase(Locale.ROOT),
                    format == null ? "" : format.name(),
                    format == null ? "" : parameters(format.fmtp()),
                    layers(section, stats, demanded)));
        }
        return tracks;
    }

    private static List<LayerInfo> layers(PublishedMedia section, List<LayerStats> stats, int demanded) {
        List<LayerInfo> layers = new ArrayList<>();
        for (LayerStats layer : stats) {
            if (layer.mid().equals(section.mid()) && layer.kind() == section.kind()) {
                boolean rests = !layer.active() && rests(section, layer.rid(), demanded);
                layers.add(new LayerInfo(
                        layer.rid().isEmpty() ? null : layer.rid(),
                        layer.active(),
                        rests,
                        layer.width(),
                        layer.height(),
                        layer.framesPerSecond(),
                        layer.active() || rests ? layer.bitrateBps() : 0,
                        layer.packets(),
                        layer.lost(),
                        layer.nacked(),
                        layer.recovered(),
                        layer.keyframeRequests()));
            }
        }
        return layers;
    }

    /** Whether the publisher was told that nobody needs the layer. */
    private static boolean rests(PublishedMedia section, String rid, int demanded) {
        for (int i = 0; i < section.layers().size(); i++) {
            if (section.layers().get(i).rid().equals(rid)) {
                return section.kind() == MediaKind.VIDEO && (demanded & (1 << i)) == 0;
            }
        }
        return false;
    }

    private static String parameters(Map<String, String> fmtp) {
        return fmtp.entrySet().stream()
                .map(e -> e.getValue().isEmpty() ? e.getKey() : e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(";"));
    }
}
