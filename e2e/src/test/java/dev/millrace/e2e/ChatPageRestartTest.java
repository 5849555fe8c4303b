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
    /** Each before the kill, while there is no server, and after it is back. */
    private static final int MESSAGES = 4;

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("The pages come back by themselves; what was said before, meanwhile and after is there once, in order")
    void restart(@TempDir Path data) {
        List<String> said = new ArrayList<>();
        ChatPane ann;
        ChatPane bob;
        String[] again;
        try (ServerProcess server = start(data, "http.port=0", "media.port=0")) {
            ann = watch(server).called("Ann");
            bob = watch(server).called("Bob");
            say(ann, said);
            again = new String[] {
                "http.port=" + server.httpPort(), "media.port=" + server.media().getPort()
            };
            server.kill();
        }
        say(ann, said);
        try (ServerProcess server = start(data, again)) {
            assertThat(server.httpPort()).isPositive();
            say(ann, said);
            bob.awaitMessages(shown -> new HashSet<>(shown).containsAll(said));
            assertThat(bob.messages()).isEqualTo(said);
            assertThat(ann.awaitMessages(said)).isEqualTo(said);
            bob.say("back again");
            ann.awaitMessages(shown -> shown.contains("Bob: back again"));
        }
    }

    private static ServerProcess start(Path data, String... ports) {
        List<String> settings = new ArrayList<>(List.of("chat.store=disk", "data.dir=" + data));
        settings.addAll(List.of(ports));
        return ServerProcess.start(settings.toArray(String[]::new));
    }

    private static void say(ChatPane ann, List<String> said) {
        for (int i = 0; i < MESSAGES; i++) {
            String text = "message " + said.size();
            ann.say(text);
            said.add("Ann: " + text);
        }
    }

    private ChatPane watch(ServerProcess server) {
        return ChatPane.entered(browsers.open(server.uri("/watch/restarted").toString()));
    }
}
