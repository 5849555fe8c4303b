package dev.millrace.media.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.media.chat.ChatWorld.Person;
import dev.millrace.media.control.Identity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat's file when things go wrong: broken, in use, its process killed, its disk failing. */
class ChatFileTest {
    private final Path directory;

    ChatFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private ChatConfig config() {
        return new ChatConfig(true, directory, 50, 10_000, 1_000, 2_000);
    }

    @Test
    void aBrokenFileIsMovedAsideAndTheChatBeginsAnew() throws IOException {
        Path file = directory.resolve("chat.mv");
        Files.writeString(file, "this is no store ".repeat(1_000));
        ChatWorld world = new ChatWorld(config(), 1);
        world.viewer("Ann").say("1", "hi");
        world.restart();

        assertThat(world.viewer("Bob").texts()).containsExactly("hi");
        assertThat(directory.resolve("chat.mv.broken-1")).content().startsWith("this is no store");
        world.rooms.close();
    }

    @Test
    void aFileInUseIsASentence() {
        ChatWorld first = new ChatWorld(config(), 1);

        assertThatThrownBy(() -> new ChatWorld(config(), 2))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("in use by another process")
                .hasMessageContaining("data.dir");
        first.rooms.close();
    }

    @Test
    void aDirectoryThatCannotBeIsASentence() throws IOException {
        Path file = Files.createFile(directory.resolve("chat"));
        ChatConfig config = new ChatConfig(true, file, 50, 100, 5, 2_000);

        assertThatThrownBy(() -> new ChatWorld(config, 1))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("chat.store");
    }

    @Test
    void whenTheDiskFailsNothingIsAcknowledgedAndTheChatBeginsAnew() {
        List<MVStore> opened = new ArrayList<>();
        Random random = new Random(1);
        Rooms rooms = new Rooms(config(), random, () -> {
            MVStore store = ChatFile.open(directory);
            opened.add(store);
            return new ChatStore(store, random);
        });
        ChatWorld world = new ChatWorld(ChatWorld.config(50, 100), 1);
        world.rooms = rooms;
        Person ann = world.viewer("Ann").say("1", "kept").read();
        opened.getLast().closeImmediately();
        ann.say("2", "lost");

        assertThat(ann.got).isEmpty();
        assertThat(ann.ended).contains("connect again");
        assertThat(world.come(Identity.VIEWER).ended).contains("try again later");
        world.pass(3_000);
        Person again = world.viewer("Ann").say("2", "said again");
        assertThat(again.texts()).containsExactly("kept", "said again");
        assertThat(rooms.counters().get(ChatCounters.Count.STORE_FAILURES)).isEqualTo(1);
        rooms.close();
    }

    @Test
    void whoWasAcknowledgedIsThereAfterTheProcessWasKilled() throws IOException, InterruptedException {
        int acknowledged = 0;
        for (int life = 1; life <= 2; life++) {
            acknowledged += talkUntilKilled(life);
            ChatWorld world = new ChatWorld(config(), life);
            Person reader = world.come(Identity.VIEWER).send("{'type':'hello','after':0}");
            assertThat(reader.texts()).hasSizeGreaterThanOrEqualTo(acknowledged).doesNotHaveDuplicates();
            assertThat(reader.last("welcome").path("last").asInt())
                    .isEqualTo(reader.texts().size());
            acknowledged = reader.texts().size();
            world.rooms.close();
        }
    }

    /** How many acknowledgements were read before the process was killed, with no chance to close anything. */
    private int talkUntilKilled(int life) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Talker.class.getName(),
                        directory.toString(),
                        Integer.toString(life))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int acknowledged = 0;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            while (acknowledged < 300) {
                String line = out.readLine();
                assertThat(line).as("the talker lives").isNotNull();
                if (line.startsWith("ack ")) {
                    acknowledged++;
                }
            }
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        return acknowledged;
    }

    /** Says one message after the other and prints what is acknowledged; a program of its own, to be killed. */
    static final class Talker {
        private Talker() {}

        public static void main(String[] args) {
            ChatConfig config = new ChatConfig(true, Path.of(args[0]), 50, 10_000, 1_000, 2_000);
            ChatWorld world = new ChatWorld(config, Long.parseLong(args[1]) + 100);
            Person ann = world.viewer("Ann");
            for (int i = 0; i < 1_000_000; i++) {
                ann.read().say("c" + i, "life " + args[1] + " message " + i);
                world.pass(10);
                if (!ann.all("ack").isEmpty()) {
                    System.out.println("ack " + i);
                }
            }
        }
    }
}
