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
        var layer = new TrackInfo.LayerInfo("h", true, 1280, 720, 30, 2_500_000, 1, 2, 3, 4, 5);
        var sent = new SessionInfo.SentInfo("1", "video", null, "h", "top layer", 1, 2, 3, 4, 5, 6.5, 0.01);
        var viewer = new SessionInfo("v", "a", Role.PLAY, "Ann", "connected", "127.0.0.1:9", "udp", 5, List.of(sent));
        MediaReply reply = new MediaReply.Described(List.of(new StreamInfo(
                "a",
                true,
                5,
                null,
                List.of(new TrackInfo("1", "video", "H264", "", List.of(layer))),
                List.of(viewer))));
        assertThat(ControlJson.readReply(ControlJson.write(reply))).isEqualTo(reply);
        MediaReply counted = new MediaReply.Counted(
                1, 2, 3, 4, 5, Map.of("SRTP_AUTH", 2L), Map.of("a", new MediaReply.Traffic(1, 2, 3, 4)));
        assertThat(ControlJson.readReply(ControlJson.write(counted))).isEqualTo(counted);
    }

    @Test
    void eventsSurviveTheBus() {
        MediaEvent event = new MediaEvent.SessionClosed("a", "s", Role.PUBLISH, CloseReason.SILENT);
        assertThat(ControlJson.readEvent(ControlJson.write(event))).isEqualTo(event);
    }

    @Test
    void somethingElseIsRefusedInWords() {
        assertThatThrownBy(() -> ControlJson.readCommand("{\"type\":\"Nonsense\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MediaCommand");
    }
}
