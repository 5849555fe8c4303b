package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Layers that nobody watches rest in the studio; the watch page says what it shows, why, and what else there is. */
class RestingLayersTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    /** Five seconds without need, and room for a busy machine. */
    private static final Duration REST = Duration.ofSeconds(15);

    private static final Duration SHOWN = Duration.ofSeconds(15);

    @Test
    @DisplayName(
            "Nobody watches: all but the lowest layer rest; a viewer comes: the layer for them is on within a second")
    void restsAndWakes() {
        String stream = SERVER.freshStream();
        Page studio = goLive(stream);
        Await.until("only the lowest layer is on", REST, () -> active(studio), List.of("l")::equals);
        Await.until(
                "the studio says so",
                SHOWN,
                () -> studio.locator("#stats").textContent(),
                text -> text.contains("rest: nobody watches them"));

        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.until("the viewer is connected", SHOWN, () -> connected(watch), Boolean.TRUE::equals);
        long neededNs = System.nanoTime();
        Await.until("a better layer is on", SHOWN, () -> active(studio), on -> on.size() > 1);
        double wokenMs = (System.nanoTime() - neededNs) / 1e6;
        Figures.write("layers-rest", Map.of("connectedToActiveMs", wokenMs));

        assertThat(wokenMs).isLessThan(1000);
        Await.until(
                "it is shown",
                SHOWN,
                () -> ((Number) watch.evaluate("() => document.querySelector('millrace-player').video.videoHeight"))
                        .intValue(),
                height -> height > 0);
    }

    @Test
    @DisplayName("A layer that was switched off by hand stays off, even for a viewer who chooses it")
    void offByHand() {
        String stream = SERVER.freshStream();
        Page studio = goLive(stream);
        studio.evaluate("""
                async () => {
                  const sender = window.millrace.pc.getSenders().find((s) => s.track?.kind === 'video');
                  const parameters = sender.getParameters();
                  parameters.encodings.find((e) => e.rid === 'm').active = false;
                  await sender.setParameters(parameters);
                }
                """);
        Await.until("only the lowest layer is on", REST, () -> active(studio), List.of("l")::equals);

        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.until("the top layer is on", SHOWN, () -> active(studio), on -> on.contains("h"));
        watch.evaluate("() => window.millrace.client.selectLayer("
                + "{mediaId: window.millrace.client.layers[0].mediaId, encodingId: 'm'})");
        Await.pause(2_000);

        assertThat(active(studio)).doesNotContain("m");
    }

    @Test
    @DisplayName("The statistics begin with the server's reason in words; the menu names size and bit rate")
    void saysWhy() {
        String stream = SERVER.freshStream();
        goLive(stream);
        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.until(
                "the menu",
                SHOWN,
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

    private Page goLive(String stream) {
        Page studio = browsers.open(SERVER.url("/studio/" + stream));
        PlaywrightAssertions.assertThat(studio.getByTestId("go-live")).isEnabled();
        studio.getByTestId("go-live").click();
        Await.until(
                "the studio says that it is live",
                SHOWN,
                () -> studio.getByTestId("state").getAttribute("data-state"),
                "live"::equals);
        return studio;
    }

    private static boolean connected(Page watch) {
        return (boolean) watch.evaluate("() => window.millrace?.pc?.connectionState === 'connected'");
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
