package dev.millrace.media;

import dev.millrace.media.chat.ChatConfig;
import dev.millrace.media.dvr.DvrConfig;
import dev.millrace.media.net.NetworkConfig;
import dev.millrace.media.origin.OriginConfig;
import dev.millrace.media.pull.PullConfig;
import dev.millrace.media.record.RecordConfig;
import dev.millrace.media.restream.RestreamConfig;
import dev.millrace.media.srtp.CryptoMode;
import dev.millrace.media.transcode.WorkerConfig;
import java.util.List;

/**
 * What a media server is told at its start.
 *
 * @param port UDP and TCP port of all media, 0 for any free one
 * @param announce addresses or names offered as candidates instead of the interfaces' own; empty for those
 * @param loopback whether loopback addresses are offered too
 * @param loops event loops, each with a socket of its own on the port; 0 for a number that fits the machine
 * @param tcp whether ICE-TCP is offered
 * @param crypto what encrypts media
 * @param chat how the streams' rooms behave
 * @param origin how they are packaged for the audience behind caches
 * @param record how broadcasts are recorded
 * @param dvr how far back players may go
 * @param transcode how FFmpeg's workers are run
 * @param encodesReordered whether encoders' pictures that browsers cannot show in their order are encoded anew
 * @param pull what is fetched from elsewhere
 * @param restream what is pushed on to other servers
 */
public record MediaConfig(
        int port,
        List<String> announce,
        boolean loopback,
        int loops,
        boolean tcp,
        CryptoMode crypto,
        ChatConfig chat,
        OriginConfig origin,
        RecordConfig record,
        DvrConfig dvr,
        WorkerConfig transcode,
        boolean encodesReordered,
        PullConfig pull,
        RestreamConfig restream) {
    public MediaConfig {
        announce = List.copyOf(announce);
    }

    /** A loop is worth a core: half of them, at most four, leave room for signaling and the handshakes. */
    private int loopsOrDefault() {
        return loops > 0 ? loops : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);
    }

    /** Packaging takes a small part of a core a stream. */
    int originLoops() {
        return Math.clamp(Runtime.getRuntime().availableProcessors() / 4, 1, 4);
    }

    NetworkConfig network() {
        return NetworkConfig.defaults(port)
                .withAnnounce(announce)
                .withLoopbackToo(loopback)
                .withLoops(loopsOrDefault())
                .withTcp(tcp);
    }
}
