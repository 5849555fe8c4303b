package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pages that people use: click Go live in the studio, open the watch address, see and hear it. */
@Alone
class StudioTest {
    @RegisterExtension
    static final ServerUnderTest SERVER = new ServerUnderTest();

    @RegisterExtension
    final Browsers browsers = new Browsers();

    @Test
    @DisplayName("A click on Go live is seen and heard on the watch page, until End broadcast")
    void goLive() {
        String stream = SERVER.freshStream();
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        Page watch = browsers.open(SERVER.url("/watch/" + stream));

        awaitPicture(watch);
        Await.until(
                "sound on the watch page",
                Await.PATIENCE,
                () -> stat(watch, "audio", "packetsReceived"),
                got -> got > 50);
        assertThat(stat(watch, "video", "frameWidth")).isGreaterThan(200);

        studio.getByTestId("stop").click();
        PlaywrightAssertions.assertThat(studio.getByTestId("go-live")).isVisible();
        Await.until("the picture stands still", Await.PATIENCE, () -> framesInASecond(watch), n -> n == 0);
    }

    @Test
    @DisplayName("The watch page opened first waits in words and plays by itself once the studio goes live")
    void watchFirst() {
        String stream = SERVER.freshStream();
        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        Await.pause(1000);
        browsers.goLive(SERVER.url("/studio/" + stream));

        awaitPicture(watch);
    }

    @Test
    @DisplayName("The studio page is reloaded while live: the same watch page shows it again within 3 s")
    void studioReloaded() {
        String stream = SERVER.freshStream();
        Page watch = browsers.open(SERVER.url("/watch/" + stream));
        long openedNs = System.nanoTime();
        Page studio = browsers.goLive(SERVER.url("/studio/" + stream));
        awaitPicture(watch);
        double firstMs = (System.nanoTime() - openedNs) / 1e6;
        watch.evaluate("() => { window.firstConnection = window.millrace.pc; }");

        // A studio that was live goes live again by itself when its page comes back.
        long reloadedNs = System.nanoTime();
        studio.reload();
        double before = stat(watch, "video", "framesDecoded");
        Await.until("picture again", Await.PATIENCE, () -> stat(watch, "video", "framesDecoded"), n -> n > before + 3);
        double backMs = (System.nanoTime() - reloadedNs) / 1e6;
        Figures.write("studio-reload", Map.of("reloadToPictureMs", backMs, "firstOpenedToPictureMs", firstMs));

        // A machine so busy that a page takes longer to come up at all says nothing of coming back.
        assertThat(backMs).isLessThan(Figures.strict() ? 3000 : Math.max(3000, firstMs));
        assertThat(watch.evaluate("() => window.firstConnection === window.millrace.pc"))
                .isEqualTo(true);
    }

    private static void awaitPicture(Page watch) {
        Await.until(
                "picture on the watch page", Await.PATIENCE, () -> stat(watch, "video", "framesDecoded"), n -> n > 15);
        Await.until("it is shown", Await.PATIENCE, () -> watch.evaluate("""
                        () => {
                          const { video } = document.querySelector('millrace-player');
                          return video.videoWidth > 0 && !video.paused;
                        }
                        """), Boolean.TRUE::equals);
    }

    private static double framesInASecond(Page watch) {
        double before = stat(watch, "video", "framesDecoded");
        Await.pause(1000);
        return stat(watch, "video", "framesDecoded") - before;
    }

    private static double stat(Page watch, String kind, String field) {
        Object value = watch.evaluate("""
                async ([kind, field]) => {
                  const report = await window.millrace?.pc?.getStats();
                  for (const stat of report?.values() ?? []) {
                    if (stat.type === 'inbound-rtp' && stat.kind === kind) return stat[field] ?? 0;
                  }
                  return 0;
                }
                """, new Object[] {kind, field});
        return ((Number) value).doubleValue();
    }
}
