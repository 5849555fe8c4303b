package dev.millrace.media.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightEventsTest {
    private static final String PACKAGE = "dev.millrace.";

    @Test
    void theRecorderIsToldWhatHappened(@TempDir Path directory) throws IOException {
        FlightEvents.warmUp();
        FlightEvents.layerSwitch("show", "before-any-recording", "l", "h", "BEST");
        Map<String, RecordedEvent> events = record(directory.resolve("a.jfr"), () -> {
            FlightEvents.sessionBegin("PLAY", "show", "0123456789abcdef");
            FlightEvents.layerSwitch("show", "0123456789abcdef", "l", "h", "BANDWIDTH");
            FlightEvents.keyframeRequest("show", "fedcba9876543210", 3);
            new LoopWatch(2).onCycle(Long.MAX_VALUE, 0, 6_000_000, 7_000_000, 7_000_000, 8_000_000);
            FlightEvents.transcoderEnd(77, "It was told to.");
            FlightEvents.sessionEnd("PLAY", "show", "0123456789abcdef", "H264", "KICKED", Duration.ofSeconds(90));
        });
        assertThat(events.keySet())
                .containsExactlyInAnyOrder(
                        "SessionBegin", "SessionEnd", "LayerSwitch", "KeyframeRequest", "LoopStall", "TranscoderEnd");
        RecordedEvent end = Objects.requireNonNull(events.get("SessionEnd"));
        assertThat(end.getString("session"))
                .as("a whole id would let its reader end the session")
                .isEqualTo("01234567");
        assertThat(end.getString("reason")).isEqualTo("kicked");
        assertThat(end.getDuration("lasted")).isEqualTo(Duration.ofSeconds(90));
        assertThat(end.getString("role") + " " + end.getString("stream")).isEqualTo("play show");
        assertThat(events.values()).allSatisfy(each -> {
            assertThat(each.getEventType().getCategoryNames()).containsExactly("Millrace");
            assertThat(each.getStackTrace()).isNull();
        });
        RecordedEvent moved = Objects.requireNonNull(events.get("LayerSwitch"));
        assertThat(moved.getString("from") + moved.getString("to")).isEqualTo("lh");
        assertThat(moved.getString("reason")).isEqualTo("bandwidth");
        RecordedEvent stall = Objects.requireNonNull(events.get("LoopStall"));
        assertThat(stall.getInt("loop")).isEqualTo(2);
        assertThat(stall.getString("mostly")).isEqualTo("receive");
        assertThat(stall.getDuration("lasted")).isEqualTo(Duration.ofMillis(8));
        assertThat(stall.getDuration("flushing")).isEqualTo(Duration.ofMillis(1));
    }

    private static Map<String, RecordedEvent> record(Path file, Runnable what) throws IOException {
        try (Recording recording = new Recording()) {
            recording.start();
            what.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(PACKAGE))
                .collect(Collectors.toMap(
                        event -> event.getEventType().getName().substring(PACKAGE.length()), Function.identity()));
    }
}
