package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Layers that nobody watches rest in the studio; the watch page says what it shows, why, and what else there is. */
@Alone
class RestingLayersTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    /** A layer that is asked for is on after some 50 ms, if at all. */
    private static final long HEED_MS = 2_000;

    /** The pages themselves note when: asking them costs a busy machine more than what is measured. */
    private static final String NOTE_WOKEN = """
            () => {
              const sender = window.millrace.pc.getSenders().find((s) => s.track?.kind === 'video');
              let before = performance.now();
              window.latestMs = 0;
              const timer = setInterval(() => {
                window.latestMs = Math.max(window.latestMs, performance.now() - before - 5);
                before = performance.now();
                if (sender.getParameters().encodings.filter((e) => e.active).length < 2) return;
                window.wokenMs = performance.timeOrigin + performance.now();
                clearInterval(timer);
              }, 5);
            }
            """;

    private static final String NOTE_CONNECTED = """
            window.RTCPeerConnection = class extends RTCPeerConnection {
              constructor(...how) {
                super(...how);
                this.addEventListener('connectionstatechange', () => {
                  if (this.connectionState === 'connected') {
                    window.connectedMs ??= performance.timeOrigin + performance.now();
                  }
                });
              }
            };
            """;

    @Test
    @DisplayName(
            "Nobody watches: all but the lowest layer rest; a viewer comes: the layer for them is on within a second")
    void restsAndWakes() {
        String stream = SERVER.freshStream();
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        Await.until("only the lowest layer is on", Await.PATIENCE, () -> active(studio), List.of("l")::equals);
        Await.until(
                "the studio says so",
                Await.PATIENCE,
                () -> studio.locator("#stats").textContent(),
                text -> text.contains("rest: nobody watches them"));

        studio.evaluate(NOTE_WOKEN);
        Page watch = browsers.open(SERVER.url("/watch/" + stream), NOTE_CONNECTED);
        Await.until("a better layer is on", Await.PATIENCE, () -> active(studio), on -> on.size() > 1);
        double wokenMs = noted(studio, "wokenMs") - noted(watch, "connectedMs");
        double heldUpMs = Figures.strict() ? 0 : noted(studio, "latestMs");
        Figures.write("layers-rest", Map.of("connectedToActiveMs", wokenMs, "studioHeldUpMs", heldUpMs));

        // What the machine kept the studio from running is not the layer's doing.
        assertThat(wokenMs).isLessThan(1000 + heldUpMs);
        Await.until(
                "it is shown",
                Await.PATIENCE,
                () -> ((Number) watch.evaluate("() => document.querySelector('millrace-player').video.videoHeight"))
                        .intValue(),
                height -> height > 0);
    }

    @Test
    @DisplayName("A layer that was switched off by hand stays off, even for a viewer who chooses it")
    void offByHand() {
        String stream = SERVER.freshStream();
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        studio.evaluate("""
                async () => {
                  const sender = window.millrace.pc.getSenders().find((s) => s.track?.kind === 'video');
                  const parameters = sender.getParameters();
                  parameters.encodings.find((e) => e.rid === 'm').active = false;
                  await sender.setParameters(parameters);
                }
                """);
        Await.until("only the lowest layer is on", Await.PATIENCE, () -> active(studio), List.of("l")::equals);

        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.until("the top layer is on", Await.PATIENCE, () -> active(studio), on -> on.contains("h"));
        Await.until("the viewer knows that m rests", Await.PATIENCE, () -> dormant(watch, "m"), Boolean.TRUE::equals);
        assertThat(watch.evaluate("() => window.millrace.client.selectLayer("
                        + "window.millrace.client.layers.find((layer) => layer.encodingId === 'm'))"))
                .isEqualTo(true);
        Await.until(
                "the server asks the studio for m", Await.PATIENCE, () -> dormant(watch, "m"), Boolean.FALSE::equals);
        Await.pause(HEED_MS);

        assertThat(active(studio)).doesNotContain("m");
    }

    @Test
    @DisplayName("The statistics begin with the server's reason in words; the menu names size and bit rate")
    void saysWhy() {
        String stream = SERVER.freshStream();
        browsers.goLive(SERVER.url("/studio/" + stream));
        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.until(
                "the menu",
                Await.PATIENCE,
                () -> watch.getByTestId("quality").locator("option").allTextContents(),
                menu -> menu.size() > 1
                        && menu.getFirst().matches("Auto \\(\\d+p\\)")
                        && menu.stream().skip(1).allMatch(one -> one.matches("\\d+p · .+")));

        watch.keyboard().press("s");
        PlaywrightAssertions.assertThat(watch.getByTestId("why")).hasText(Pattern.compile("\\S.*\\."));
        PlaywrightAssertions.assertThat(watch.getByTestId("stats")).containsText("Connection");
        watch.keyboard().press("s");
        PlaywrightAssertions.assertThat(watch.getByTestId("stats")).isHidden();
    }

    /** A time that a page noted, by the clock that all pages share. */
    private static double noted(Page page, String name) {
        return Await.until(
                name,
                Await.PATIENCE,
                () -> ((Number) page.evaluate("(name) => window[name] ?? 0", name)).doubleValue(),
                ms -> ms > 0);
    }

    /** What the watch page was told of a layer: whether it rests because nobody watches it; null before any news. */
    private static @Nullable Object dormant(Page watch, String rid) {
        return watch.evaluate(
                "(rid) => window.millrace.client.layers.find((layer) => layer.encodingId === rid)?.dormant ?? null",
                rid);
    }

    /** The rids of the encodings that are switched on. */
    private static List<String> active(Page studio) {
        Object rids = studio.evaluate("""
                () => window.millrace.pc.getSenders()
                    .find((s) => s.track?.kind === 'video')
                    .getParameters().encodings
                    .filter((e) => e.active).map((e) => e.rid)
                """);
        return ((List<?>) rids).stream().map(Object::toString).toList();
    }
}
