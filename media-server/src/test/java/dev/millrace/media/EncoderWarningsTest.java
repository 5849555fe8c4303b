package dev.millrace.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.control.StreamWarning;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An encoder hears each warning once, and the API shows those that are true now. */
class EncoderWarningsTest {
    private static final StreamWarning OPEN = EncoderWarnings.openGroups(false);

    private final List<String> heard = new ArrayList<>();
    private final EncoderWarnings warnings = new EncoderWarnings(heard::add);

    @Test
    void eachIsSaidOnceAndReplacedWhenItChanges() {
        StreamWarning few = new StreamWarning("silent", "There is none.");
        StreamWarning other = new StreamWarning("silent", "It died.");
        warnings.say(few);
        warnings.say(OPEN);
        warnings.say(few);
        assertThat(heard).containsExactly("There is none.", OPEN.detail());
        warnings.say(other);
        assertThat(warnings.all()).containsExactly(OPEN, other);
        assertThat(heard).hasSize(3);
    }

    @Test
    void whatIsNotSoAnyMoreIsGoneAndWhatIsKnownIsNotSaid() {
        assertThat(warnings.note(EncoderWarnings.keyframes(5))).isTrue();
        warnings.note(new StreamWarning("b_frames", "Set them to 0."));
        assertThat(warnings.note(EncoderWarnings.keyframes(5))).isFalse();
        warnings.clear("b_frames");
        warnings.clear("nothing");
        assertThat(warnings.all()).containsExactly(EncoderWarnings.keyframes(5));
        assertThat(heard).isEmpty();
    }
}
