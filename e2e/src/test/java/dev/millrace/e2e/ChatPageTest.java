package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chat beside the picture, in studio and watch pages. */
class ChatPageTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final String CHANNEL = "data-channel";
    private static final String SOCKET = "websocket";

    @Test
    @DisplayName("Studio and viewers talk over their own connections; who comes later sees what was said")
    void conversation() {
        String stream = SERVER.freshStream();
        ChatPane host = live(stream).called("Host");
        ChatPane ann = watch(stream).called("Ann");
        ChatPane bob = watch(stream).called("Bob");

        ann.say("hello");
        bob.awaitMessages(List.of("Ann: hello"));
        bob.say("hi Ann");
        host.awaitMessages(List.of("Ann: hello", "Bob: hi Ann"));
        host.say("welcome 🎉");
        List<String> all = List.of("Ann: hello", "Bob: hi Ann", "Host: welcome 🎉");
        for (ChatPane one : List.of(host, ann, bob, watch(stream))) {
            one.awaitMessages(all);
        }

        PlaywrightAssertions.assertThat(ann.row("welcome").locator(".role")).hasText("Host");
        PlaywrightAssertions.assertThat(bob.page().getByTestId("presence")).hasText("3 watching");
    }

    @Test
    @DisplayName("A page that is reloaded is the same participant, shows everything once, and marks what is new")
    void reload() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        ChatPane bob = watch(stream).called("Bob");
        ann.say("one");
        bob.awaitMessages(List.of("Ann: one"));
        String id = bob.id();

        bob.page().navigate("about:blank");
        ann.say("two");
        ann.awaitMessages(List.of("Ann: one", "Ann: two"));
        bob.page().navigate(SERVER.url("/watch/" + stream));
        bob.awaitEntered(CHANNEL);

        bob.awaitMessages(List.of("Ann: one", "Ann: two"));
        assertThat(bob.id()).isEqualTo(id);
        PlaywrightAssertions.assertThat(bob.page().getByTestId("mark-new")).hasCount(1);
        bob.say("three");
        ann.awaitMessages(List.of("Ann: one", "Ann: two", "Bob: three"));
    }

    @Test
    @DisplayName("A reaction floats over the picture of the others")
    void reaction() {
        String stream = SERVER.freshStream();
        ChatPane host = live(stream);
        ChatPane ann = watch(stream);
        host.page().evaluate("() => window.millrace.chat.listen({onReactions: (c) => { window.counts = c; }})");
        ann.page().evaluate("""
                () => {
                  window.floated = 0;
                  const layer = document.querySelector('millrace-player').shadowRoot
                      .querySelector('[data-testid=reactions]');
                  new MutationObserver((all) => all.forEach((one) => { window.floated += one.addedNodes.length; }))
                      .observe(layer, {childList: true});
                }
                """);

        ann.page().getByTestId("react").first().click();
        assertThat(ann.page().evaluate("() => window.floated"))
                .as("one's own at once")
                .isEqualTo(1);
        // The channel loses what the network loses: people click again.
        Await.until(
                "the studio sees it",
                PATIENCE,
                () -> {
                    ann.page().getByTestId("react").first().click();
                    return host.page().evaluate("() => window.counts?.['❤️'] ?? 0");
                },
                count -> ((Number) count).intValue() > 0);
    }

    @Test
    @DisplayName("The broadcaster removes a message, mutes, unmutes and bans by keyboard")
    void moderation() {
        String stream = SERVER.freshStream();
        ChatPane host = live(stream).called("Host");
        ChatPane ann = watch(stream).called("Ann");
        ann.say("buy this now");
        host.awaitMessages(List.of("Ann: buy this now"));
        assertThat(ann.page().getByTestId("slow-mode").isVisible()).isFalse();

        host.choose("buy this", "Remove message");
        ann.awaitMessages(List.of("Ann: Message removed"));
        ann.say("but");
        host.awaitMessages(shown -> shown.contains("Ann: but"));
        watch(stream).awaitMessages(List.of("Ann: but"));

        host.choose("but", "Mute");
        ann.awaitHint(hint -> hint.startsWith("You are muted"));
        PlaywrightAssertions.assertThat(ann.page().getByTestId("chat-input")).isDisabled();
        host.choose("but", "Unmute");
        ann.awaitHint(String::isEmpty);
        ann.say("thank you");
        host.awaitMessages(shown -> shown.contains("Ann: thank you"));

        host.choose("thank you", "Ban");
        ann.awaitHint(hint -> hint.contains("banned"));
        ann.page().evaluate("() => window.millrace.chat.say('around the form')");
        ann.awaitPending(pending ->
                pending.stream().anyMatch(one -> one.startsWith("around the form") && one.contains("Send again")));
        assertThat(host.messages()).noneMatch(one -> one.contains("around the form"));
    }

    @Test
    @DisplayName("Slow mode: a viewer waits and is told how long, the broadcaster does not")
    void slowMode() {
        String stream = SERVER.freshStream();
        ChatPane host = live(stream).called("Host");
        ChatPane ann = watch(stream).called("Ann");

        host.page().getByTestId("slow-mode").selectOption("300");
        ann.awaitHint(hint -> hint.contains("one every 5 min"));
        ann.say("first");
        host.awaitMessages(List.of("Ann: first"));
        ann.page().getByTestId("chat-input").fill("second");
        ann.awaitHint(hint -> hint.startsWith("Slow mode: wait"));
        PlaywrightAssertions.assertThat(ann.page().getByTestId("chat-send")).isDisabled();
        ann.page().evaluate("() => window.millrace.chat.say('around the form')");
        ann.awaitPending(pending -> pending.stream().anyMatch(one -> one.contains("Send again")));
        host.say("a");
        host.say("b");
        ann.awaitMessages(List.of("Ann: first", "Host: a", "Host: b"));
    }

    @Test
    @DisplayName("Markup, scripts, controls and overrides in texts and names are shown as harmless text")
    void hostile() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream);
        ChatPane bob = watch(stream).called("Bob");
        ann.page().evaluate("(name) => window.millrace.chat.rename(name)", "<b onclick=alert(1)>An\u202en\u0007</b>");
        List<String> texts = List.of(
                "<script>window.pwned = 1</script>",
                "<img src=x onerror='window.pwned = 1'>",
                "javascript:window.pwned=1",
                "[x](javascript:window.pwned=1) \u202egnp.exe \u0000\u0007bell",
                "https://a.example/?q=\"><script>window.pwned=1</script>");
        for (String text : texts) {
            ann.page().evaluate("(text) => window.millrace.chat.say(text)", text);
        }

        List<String> shown = bob.awaitMessages(all -> all.size() == texts.size());
        assertThat(shown.getFirst()).isEqualTo("<b onclick=alert(1)>Ann</b>: <script>window.pwned = 1</script>");
        assertThat(shown).noneMatch(one -> one.matches("(?s).*[\\p{Cntrl}\u202a-\u202e\u2066-\u2069].*"));
        assertThat(bob.page().evaluate("() => window.pwned")).isNull();
        assertThat(bob.page()
                        .locator(".chat .rows :is(script, img, b, iframe, style)")
                        .count())
                .isZero();
        Object links = bob.page().evaluate("""
                () => [...document.querySelectorAll('.chat .rows a')].map((a) => `${a.href} ${a.rel} ${a.target}`)
                """);
        assertThat(links).isEqualTo(List.of("https://a.example/?q= noopener noreferrer nofollow ugc _blank"));
    }

    @Test
    @DisplayName("A name of 1 MB, a text that is too long and one of 1 MB hurt nobody")
    void tooLong() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        ann.page().evaluate("""
                async ([stream]) => {
                  for (const message of [
                    {type: 'hello', name: 'x'.repeat(1 << 20)},
                    {type: 'say', id: 'a', text: 'x'.repeat(1 << 20)},
                  ]) {
                    const socket = new WebSocket(`/ws?stream=${stream}`.replace(/^/, `ws://${location.host}`));
                    await new Promise((done) => { socket.onopen = done; });
                    const closed = new Promise((done) => { socket.onclose = done; });
                    socket.send(JSON.stringify(message));
                    await closed;
                  }
                }
                """, List.of(stream));
        ann.page().getByTestId("chat-input").fill("y".repeat(2001));
        ann.awaitHint("1 characters too many"::equals);
        PlaywrightAssertions.assertThat(ann.page().getByTestId("chat-send")).isDisabled();
        ann.page().evaluate("() => window.millrace.chat.say('z'.repeat(5000))");
        ann.awaitPending(pending -> pending.size() == 1 && pending.getFirst().contains("Discard"));

        ann.page().getByTestId("chat-input").fill("");
        ann.say("still here");
        ann.awaitMessages(List.of("Ann: still here"));
    }

    @Test
    @DisplayName("Without data channels it goes over a WebSocket, in the same room")
    void byWebSocket() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        Page page = browsers.open("about:blank");
        page.addInitScript("RTCPeerConnection.prototype.createDataChannel = () => { throw new Error('none here'); };");
        page.navigate(SERVER.url("/watch/" + stream));
        ChatPane bob = ChatPane.entered(page, SOCKET).called("Bob");

        ann.say("over SCTP");
        bob.awaitMessages(List.of("Ann: over SCTP"));
        bob.say("over WebSocket");
        ann.awaitMessages(List.of("Ann: over SCTP", "Bob: over WebSocket"));
    }

    @Test
    @DisplayName("Scrolled up, the list stays where it is and says how many are new")
    void scrolledUp() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        ChatPane bob = watch(stream).called("Bob");
        for (int i = 0; i < 15; i++) {
            ann.say("line " + i + " of a long talk that fills the pane and more");
        }
        bob.awaitMessages(shown -> shown.size() == 15);
        bob.page().evaluate("() => { document.querySelector('.scroller').scrollTop = 0; }");
        PlaywrightAssertions.assertThat(bob.page().getByTestId("jump")).isVisible();

        ann.say("new one");
        PlaywrightAssertions.assertThat(bob.page().getByTestId("jump")).hasText(Pattern.compile("1 new.*"));
        assertThat(bob.page().evaluate("() => document.querySelector('.scroller').scrollTop"))
                .isEqualTo(0);
        bob.page().getByTestId("jump").click();
        PlaywrightAssertions.assertThat(bob.page().getByTestId("jump")).isHidden();
        PlaywrightAssertions.assertThat(bob.page().getByTestId("mark-new")).hasCount(1);
    }

    @Test
    @DisplayName("The embedded player has no chat unless it is asked for")
    void embedded() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        ann.say("hello");
        Page plain = browsers.open(SERVER.url("/embed/" + stream + "?controls"));
        Page chatty = browsers.open(SERVER.url("/embed/" + stream + "?controls&chat"));

        PlaywrightAssertions.assertThat(chatty.getByTestId("message")).hasText(Pattern.compile(".*hello"));
        assertThat(plain.getByTestId("chat").count()).isZero();
    }

    @Test
    @DisplayName("Firefox is in the same room over its own data channel")
    void firefox() {
        String stream = SERVER.freshStream();
        ChatPane ann = watch(stream).called("Ann");
        try (var firefox = new Firefox()) {
            Firefox.Tab bob = firefox.open(SERVER.url("/watch/" + stream));
            Await.until(
                    "in the chat",
                    PATIENCE,
                    () -> bob.evaluate("`${window.millrace?.chat?.state} by ${window.millrace?.chat?.via}`"),
                    "joined by data-channel"::equals);
            ann.say("hello Firefox");
            Await.until(
                    "heard",
                    PATIENCE,
                    () -> bob.evaluate("document.querySelector('[data-testid=message] .text')?.textContent"),
                    "hello Firefox"::equals);
            bob.evaluate("(window.millrace.chat.rename('Bob'), window.millrace.chat.say('hello Chromium'))");
            ann.awaitMessages(shown -> shown.contains("Bob: hello Chromium"));
        }
    }

    @Test
    @DisplayName("An application's own channel: the broadcaster to all who opened it, they to the broadcaster")
    void applicationChannel() {
        String stream = SERVER.freshStream();
        ChatPane host = live(stream).called("Host");
        ChatPane ann = watch(stream).called("Ann");
        ChatPane bob = watch(stream).called("Bob");
        for (ChatPane one : List.of(host, ann, bob)) {
            one.page().evaluate("""
                    () => {
                      window.got = [];
                      window.quiz = window.millrace.chat.channel('quiz');
                      window.quiz.onmessage = ({from, text, data}) =>
                          window.got.push(`${from.role} ${from.name}: ${text ?? data.byteLength}`);
                    }
                    """);
        }

        // Nothing of it is stored: who has not subscribed yet when it is sent does not get it.
        askUntil(host, "() => window.quiz.send('6 x 7?')", ann, "broadcaster Host: 6 x 7?");
        askUntil(host, "() => window.quiz.send(new ArrayBuffer(9))", bob, "broadcaster Host: 9");
        askUntil(ann, "() => window.quiz.send('42')", host, "viewer Ann: 42");
        assertThat(bob.page().evaluate("() => window.got.filter((one) => one.includes('42')).length"))
                .isEqualTo(0);
    }

    private static void askUntil(ChatPane from, String send, ChatPane to, String expected) {
        Await.until(
                expected,
                PATIENCE,
                () -> {
                    from.page().evaluate(send);
                    return (List<?>) to.page().evaluate("() => window.got");
                },
                got -> got.contains(expected));
    }

    @Test
    @DisplayName("A moderator by token has the menus; names come from tokens and cannot be changed")
    void moderatorByToken() {
        String secret = "a secret of the chat's browser test, long enough";
        try (ServerProcess server = ServerProcess.start("http.port=0", "media.port=0", "auth.secret=" + secret)) {
            ChatPane ann = withToken(server, Token.mint(secret, "room", "watch", "Ann"));
            ChatPane mod = withToken(server, Token.mint(secret, "room", "moderate", "Moira"));
            ann.page().evaluate("() => window.millrace.chat.rename('Moira')");
            ann.say("who am I?");
            mod.awaitMessages(List.of("Ann: who am I?"));
            assertThat(mod.page().getByTestId("slow-mode").isVisible()).isTrue();

            mod.choose("who am I", "Remove message");
            ann.awaitMessages(List.of("Ann: Message removed"));
            mod.say("behave");
            ann.awaitMessages(shown -> shown.contains("Moira: behave"));
            PlaywrightAssertions.assertThat(ann.row("behave").locator(".role")).hasText("Mod");
        }
    }

    private ChatPane withToken(ServerProcess server, String token) {
        return ChatPane.entered(
                browsers.open(server.uri("/watch/room?token=" + token).toString()));
    }

    private ChatPane watch(String stream) {
        return ChatPane.entered(browsers.open(SERVER.url("/watch/" + stream)), CHANNEL);
    }

    private ChatPane live(String stream) {
        return ChatPane.entered(browsers.goLive(SERVER.url("/studio/" + stream)), CHANNEL);
    }
}
