package dev.millrace.media;

import dev.millrace.media.control.TrackInfo;
import dev.millrace.media.control.TrackInfo.LayerInfo;
import java.util.List;

/**
 * Decides, asked once a second, whether viewers should be told anew what layers there are. The ticking loop only.
 */
final class LayerNews {
    /** A bitrate swings with the picture; what a menu shows of it is out of date when it is off by so much. */
    private static final double STALE_RATE = 0.3;

    /** Between two news of nothing but bitrates, since each of them goes to every viewer. */
    private static final int RATE_EVERY_TICKS = 5;

    private List<TrackInfo> told = List.of();
    private String toldShape = "";
    private int ticksSince;

    /** There is no publisher: the next one's layers are news whatever they are. */
    void forget() {
        told = List.of();
        toldShape = "";
    }

    boolean worthTelling(List<TrackInfo> tracks) {
        ticksSince++;
        String shape = shape(tracks);
        boolean news = !shape.equals(toldShape) || (ticksSince >= RATE_EVERY_TICKS && ratesMoved(tracks));
        if (news) {
            told = tracks;
            toldShape = shape;
            ticksSince = 0;
        }
        return news;
    }

    /** Which layers there are, whether they flow, how large they are and whether their bitrate is known. */
    private static String shape(List<TrackInfo> tracks) {
        StringBuilder shape = new StringBuilder();
        for (TrackInfo track : tracks) {
            shape.append(track.mid()).append(' ').append(track.codec());
            for (LayerInfo layer : track.layers()) {
                shape.append(' ').append(layer.rid());
                shape.append(layer.active() ? '+' : layer.dormant() ? '~' : '-');
                shape.append(layer.width()).append('x').append(layer.height());
                shape.append(layer.bitrateBps() > 0 ? 'b' : '0');
            }
            shape.append('\n');
        }
        return shape.toString();
    }

    /** Only for tracks of the shape that was told. */
    private boolean ratesMoved(List<TrackInfo> tracks) {
        for (int t = 0; t < tracks.size(); t++) {
            if (!tracks.get(t).kind().equals("video")) {
                continue;
            }
            List<LayerInfo> now = tracks.get(t).layers();
            for (int i = 0; i < now.size(); i++) {
                long before = told.get(t).layers().get(i).bitrateBps();
                if (Math.abs(now.get(i).bitrateBps() - before) > STALE_RATE * before) {
                    return true;
                }
            }
        }
        return false;
    }
}
