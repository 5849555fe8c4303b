package dev.millrace.e2e;

import com.google.gson.Gson;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.millrace.e2e.decode.Capture;
import dev.millrace.e2e.decode.CaptureEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Renews the captures among the test resources: Chromium publishes to a {@link CaptureEndpoint}, one section after the
 * other. No test, and not run as one: {@code mvn -pl e2e -am test -Dtest=RenewCaptures
 * -Dsurefire.failIfNoSpecifiedTests=false}, with {@code -Dcaptures=vp8-simulcast-l1t3,av1-svc-l3t3} for some only.
 */
class RenewCaptures {
    /** Chromium leaves out layers of small pictures unless told otherwise; then the top may be as small as we like. */
    private static final String TRIALS = "--force-fieldtrials=WebRTC-LegacySimulcastLayerLimit/Disabled/";

    private static final int FRAMES_PER_SECOND = 15;
    private static final int WARM_UP_MS = 1_500;
    private static final int LAST_MS = 4_000;

    private static final List<Recipe> RECIPES = List.of(
            new Recipe("h264-simulcast", "H264", 1280, 768, 8, true, simulcast("L1T1")),
            new Recipe("h264-simulcast-l1t3", "H264", 1280, 768, 8, true, simulcast("L1T3")),
            new Recipe("vp8-simulcast-l1t3", "VP8", 1280, 768, 8, true, simulcast("L1T3")),
            new Recipe("vp8-simulcast-l1t3-no-dd", "VP8", 1280, 768, 8, false, simulcast("L1T3")),
            new Recipe("vp9-simulcast-l1t3", "VP9", 1280, 768, 8, true, simulcast("L1T3")),
            new Recipe("av1-simulcast-l1t3", "AV1", 1280, 768, 8, true, simulcast("L1T3")),
            new Recipe("vp9-svc-l3t3-key", "VP9", 960, 576, 3, true, svc("L3T3_KEY")),
            new Recipe("vp9-svc-l3t3", "VP9", 960, 576, 3, true, svc("L3T3")),
            new Recipe("av1-svc-l3t3-key", "AV1", 1024, 576, 3, true, svc("L3T3_KEY")),
            new Recipe("av1-svc-l3t3", "AV1", 1024, 576, 3, true, svc("L3T3")));

    /**
     * One capture to make.
     *
     * @param boxes that move about in the picture: the more, the more bytes
     * @param descriptor negotiate the dependency descriptor; with it Chromium leaves everything out of VP8's own one
     * @param encodings those of addTransceiver
     */
    private record Recipe(
            String name,
            String codec,
            int width,
            int height,
            int boxes,
            boolean descriptor,
            List<Map<String, Object>> encodings) {
        Map<String, Object> options(String url) {
            Map<String, Object> options = new HashMap<>();
            options.put("url", url);
            options.put("codec", codec);
            options.put("width", width);
            options.put("height", height);
            options.put("framesPerSecond", FRAMES_PER_SECOND);
            options.put("boxes", boxes);
            options.put("descriptor", descriptor);
            options.put("encodings", encodings);
            return options;
        }
    }

    private static List<Map<String, Object>> simulcast(String mode) {
        return List.of(
                Map.of("rid", "l", "scalabilityMode", mode, "scaleResolutionDownBy", 16, "maxBitrate", 90_000),
                Map.of("rid", "m", "scalabilityMode", mode, "scaleResolutionDownBy", 8, "maxBitrate", 130_000),
                Map.of("rid", "h", "scalabilityMode", mode, "scaleResolutionDownBy", 4, "maxBitrate", 220_000));
    }

    private static List<Map<String, Object>> svc(String mode) {
        return List.of(Map.of("scalabilityMode", mode, "maxBitrate", 1_000_000));
    }

    @Test
    void renew() throws IOException {
        String names = System.getProperty("captures", "");
        List<String> wanted = names.isEmpty() ? List.of() : Arrays.asList(names.split(",", -1));
        PlaywrightDriver.install();
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Programs.find("chromium"))
                                .setHeadless(true)
                                .setArgs(List.of(
                                        TRIALS,
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-features=WebRtcHideLocalIpsWithMdns",
                                        "--disable-renderer-backgrounding",
                                        "--allow-loopback-in-peer-connection")));
                TestPages pages = new TestPages();
                CaptureEndpoint endpoint = new CaptureEndpoint()) {
            for (Recipe recipe : RECIPES) {
                if (wanted.isEmpty() || wanted.contains(recipe.name())) {
                    make(recipe, browser, pages.url("capture.html"), endpoint);
                }
            }
        }
    }

    @SuppressWarnings("SystemOut")
    private static void make(Recipe recipe, Browser browser, String url, CaptureEndpoint endpoint) throws IOException {
        try (Page page = browser.newPage()) {
            page.navigate(url);
            Object said = page.evaluate("options => window.publish(options)", recipe.options(endpoint.url()));
            Await.until(
                    "enough of " + recipe.name(),
                    Duration.ofSeconds(30),
                    () -> {
                        page.waitForTimeout(100);
                        return endpoint.recordedMs();
                    },
                    recorded -> recorded > WARM_UP_MS + LAST_MS);
            Object stats = page.evaluate("window.stats()");
            String about = recipe.codec() + " " + recipe.encodings().getFirst().get("scalabilityMode")
                    + (recipe.encodings().size() > 1 ? " simulcast" : "") + ", Chromium " + browser.version();
            Capture capture = endpoint.tap().capture(about, WARM_UP_MS * 1000L, (WARM_UP_MS + LAST_MS) * 1000L);
            Path file =
                    PlaywrightDriver.moduleDirectory().resolve("src/test/resources/captures/" + recipe.name() + ".rtp");
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                capture.write(out);
            }
            System.out.println(file.getFileName() + ": " + Files.size(file) + " bytes, "
                    + capture.items().size() + " records\n" + new Gson().toJson(said) + "\n"
                    + new Gson().toJson(stats));
            page.evaluate("window.stop()");
        }
    }
}
