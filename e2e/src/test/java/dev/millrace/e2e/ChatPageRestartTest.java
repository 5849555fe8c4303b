package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed in mid-chat and started again. */
class ChatPageRestartTest {
    private static final int MESSAGES = 12;

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("The pages come back by themselves; what was said before, meanwhile and after is there once, in order")
    void restart(@TempDir Path data) {
        try (ServerProgram server = new ServerProgram(data)) {
            ChatPane ann = watch(server).called("Ann");
            ChatPane bob = watch(server).called("Bob");
            List<String> said = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                if (i == MESSAGES / 3) {
                    server.kill();
                }
                if (i == 2 * MESSAGES / 3) {
                    server.start();
                }
                ann.say("message " + i);
                said.add("Ann: message " + i);
            }

            bob.awaitMessages(shown -> new HashSet<>(shown).containsAll(said));
            assertThat(bob.messages()).isEqualTo(said);
            assertThat(ann.awaitMessages(said)).isEqualTo(said);
            bob.awaitEntered("data-channel");
            bob.say("back again");
            ann.awaitMessages(shown -> shown.contains("Bob: back again"));
        }
    }

    private ChatPane watch(ServerProgram server) {
        return ChatPane.entered(browsers.open(server.url("/watch/restarted")), "data-channel");
    }
}
