package dev.millrace.media.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.transcode.wire.Hello;
import org.junit.jupiter.api.Test;

/** What workers say of themselves, and what becomes of it. */
class WorkerAbilityTest {
    private static final long S = 1_000;
    private static final Hello UNABLE = new Hello(false, "There is no FFmpeg here", "");
    private static final Hello FALLEN_BACK = new Hello(true, "FFmpeg with libx264", "nvenc cannot be used (no device)");

    private final WorkerAbility ability = new WorkerAbility();

    @Test
    void oneThatIsNotAbleIsTriedAgainAMinuteLater() {
        assertThat(ability.isHopeless(0)).isFalse();
        assertThat(ability.onHello(UNABLE, 5 * S)).isEqualTo("There is no FFmpeg here");
        assertThat(ability.isHopeless(64 * S)).isTrue();
        assertThat(ability.sentence()).startsWith("There is no FFmpeg here").contains("tried again");
        assertThat(ability.isHopeless(65 * S)).isFalse();
        assertThat(ability.onHello(UNABLE, 66 * S)).as("said once").isEmpty();
        assertThat(ability.isHopeless(67 * S)).isTrue();
        assertThat(ability.onHello(new Hello(true, "FFmpeg with libx264", ""), 130 * S))
                .isEmpty();
        assertThat(ability.isHopeless(131 * S)).isFalse();
        assertThat(ability.sentence()).isEqualTo("FFmpeg with libx264");
    }

    @Test
    void anEncoderThatCannotBeOpenedIsSaidOnce() {
        assertThat(ability.onHello(FALLEN_BACK, 0)).contains("nvenc");
        assertThat(ability.onHello(FALLEN_BACK, S)).isEmpty();
        assertThat(ability.isHopeless(S)).isFalse();
        assertThat(ability.onHello(new Hello(true, "FFmpeg", "vaapi cannot be used"), 2 * S))
                .contains("vaapi");
    }
}
