package dev.millrace.media.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlJsonTest {

    @Test
    void commandsSurviveTheBus() {
        MediaCommand command = new MediaCommand.SelectLayer("s1", null, "h");
        assertThat(ControlJson.readCommand(ControlJson.write(command))).isEqualTo(command);
    }

    @Test
    void repliesSurviveTheBus() {
        var layer = new TrackInfo.LayerInfo("h", true, false, 1280, 720, 30, 2_500_000, 1, 2, 3, 4, 5);
        var viewer = viewer();
        MediaReply reply = new MediaReply.Described(List.of(new StreamInfo(
                "a",
                true,
                5,
                null,
                List.of(new TrackInfo("1", "video", "H264", "", List.of(layer))),
                List.of(new StreamWarning("b_frames", "Set them to 0.")),
                List.of(viewer),
                new OriginInfo(
                        OriginInfo.OriginState.HALTED,
                        "It stands still.",
                        List.of(new OriginInfo.OriginTrack("h", "avc1.42c01f", 1280, 720, 2_000_000, 15, 1, 3)),
                        30_000,
                        7,
                        "The store is down.",
                        "FFmpeg 8",
                        2,
                        1))));
        assertThat(ControlJson.readReply(ControlJson.write(reply))).isEqualTo(reply);
        MediaReply counted = new MediaReply.Counted(
                1,
                2,
                3,
                4,
                5,
                Map.of("SRTP_AUTH", 2L),
                Map.of("a", new MediaReply.Traffic(1, 2, 3, 4, 5, 6)),
                Map.of("flush", 3L),
                7.5,
                "Java");
        assertThat(ControlJson.readReply(ControlJson.write(counted))).isEqualTo(counted);
        var latency = new StreamLatency.ViewerLatency(
                "v", "Ann", 12.0, null, 0.2, 0.0, 8.0, 31.5, 900L, 51.7, List.of("ingest"));
        MediaReply latencies = new MediaReply.Latencies(List.of(new StreamLatency(
                "a",
                new StreamLatency.Ingest("sender-reports", null, new StreamLatency.Spread(1, 2, 3, 4, 5), null),
                null,
                List.of(latency),
                new StreamLatency.Segments(
                        200, 31.0, new StreamLatency.Way(660, 696.0), new StreamLatency.Way(6000, null)))));
        assertThat(ControlJson.readReply(ControlJson.write(latencies))).isEqualTo(latencies);
        MediaReply described = new MediaReply.SessionDescribed(viewer, List.of(), latency);
        assertThat(ControlJson.readReply(ControlJson.write(described))).isEqualTo(described);
    }

    private static SessionInfo viewer() {
        var sent = new SessionInfo.SentInfo(
                "1",
                "video",
                null,
                "m",
                "h",
                0,
                1,
                SentReason.WAITING_FOR_KEYFRAME,
                "Waiting.",
                900_000,
                1,
                2,
                3,
                4,
                5,
                6,
                6.5,
                0.01);
        var link = new LinkInfo(1_200_000, 2_500_000, 900_000, 6.5, 0.01, "overuse", 2);
        return new SessionInfo("v", "a", Role.PLAY, "Ann", "connected", "127.0.0.1:9", "udp", 5, link, List.of(sent));
    }

    @Test
    void aReasonCrossesAsItsCode() {
        MediaReply described = new MediaReply.SessionDescribed(viewer(), List.of(), null);
        assertThat(ControlJson.write(described)).contains("\"reason\":\"waiting_for_keyframe\"");
    }

    @Test
    void eventsSurviveTheBus() {
        MediaEvent event = new MediaEvent.SessionClosed("a", "s", Role.PUBLISH, CloseReason.SILENT, null, 0);
        assertThat(ControlJson.readEvent(ControlJson.write(event))).isEqualTo(event);
        MediaEvent demand = new MediaEvent.LayerDemand("a", "s", "1", Map.of("l", true, "h", false));
        assertThat(ControlJson.readEvent(ControlJson.write(demand))).isEqualTo(demand);
    }

    @Test
    void somethingElseIsRefusedInWords() {
        assertThatThrownBy(() -> ControlJson.readCommand("{\"type\":\"Nonsense\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MediaCommand");
    }
}
