package dev.millrace.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One Chromium shared by all test classes, a fresh browser context for every page; after a failed test the pages'
 * pictures and consoles are under target/browser. Used from the test's own thread only.
 */
final class Browsers implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(Browsers.class);

    private final List<Opened> opened = new ArrayList<>();
    private final Map<Browser, String> tags = new HashMap<>();
    private final Map<PeerPage, Page> pages = new HashMap<>();
    private @Nullable Shared shared;

    /** What lives as long as the test run: Playwright, the shared Chromium and the server of the test pages. */
    private record Shared(Playwright playwright, Browser browser, TestPages pages) implements AutoCloseable {
        static Shared start() {
            PlaywrightDriver.install();
            PlaywrightAssertions.setDefaultAssertionTimeout((double) Await.PATIENCE.toMillis());
            Playwright playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            return new Shared(
                    playwright,
                    launch(playwright, "--millrace-test-process=shared", Programs.find("chromium")),
                    new TestPages());
        }

        @Override
        public void close() {
            pages.close();
            browser.close();
            playwright.close();
        }
    }

    private record Opened(BrowserContext context, Page page, List<String> console) {}

    private static Browser launch(Playwright playwright, String tag, Path chromium) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setHeadless(true)
                        .setArgs(List.of(
                                tag,
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--disable-features=WebRtcHideLocalIpsWithMdns",
                                "--use-fake-device-for-media-stream=fps=30",
                                "--use-fake-ui-for-media-stream",
                                "--autoplay-policy=no-user-gesture-required",
                                "--disable-renderer-backgrounding",
                                "--disable-background-timer-throttling",
                                "--disable-backgrounding-occluded-windows",
                                "--allow-loopback-in-peer-connection")));
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        shared = test.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("shared", ignored -> Shared.start(), Shared.class);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (test.getExecutionException().isPresent()) {
            keepEvidence(test);
        }
        for (Opened one : opened) {
            quietly(one.context()::close);
        }
        for (Browser process : tags.keySet()) {
            quietly(process::close);
        }
        opened.clear();
        tags.clear();
        pages.clear();
    }

    /** A studio page that was told to go live, and says that it is. */
    Page goLive(String studioUrl) {
        Page studio = open(studioUrl);
        PlaywrightAssertions.assertThat(studio.getByTestId("go-live")).isEnabled();
        studio.getByTestId("go-live").click();
        Await.until(
                "the studio says that it is live",
                Await.PATIENCE,
                () -> studio.getByTestId("state").getAttribute("data-state"),
                "live"::equals);
        return studio;
    }

    /** A page with the test peer loaded, in a context of its own of the shared Chromium. */
    PeerPage peer() {
        return peer(shared().browser());
    }

    /** The same in another Chromium process. */
    PeerPage peer(Browser browser) {
        return peer(browser, peerAddress());
    }

    /** The same under another address of the test pages. */
    PeerPage peer(Browser browser, String address) {
        Page page = open(browser, address);
        awaitPeer(page);
        PeerPage peer = PeerPage.of(page);
        pages.put(peer, page);
        return peer;
    }

    /** A page with other people's players, in a context of its own of the shared Chromium. */
    PeerPage players() {
        return players(shared().browser());
    }

    /** The same in another Chromium process. */
    PeerPage players(Browser browser) {
        return peer(browser, shared().pages().url("players.html"));
    }

    /** Reloads the page under a peer, as a person would: nothing of it is told to the server. */
    PeerPage reload(PeerPage peer) {
        Page page = Objects.requireNonNull(pages.get(peer), "not a page of these browsers");
        page.reload();
        awaitPeer(page);
        return peer;
    }

    private static void awaitPeer(Page page) {
        Await.until(
                "the test peer's script is loaded",
                Await.PATIENCE,
                () -> page.evaluate("typeof window.peer"),
                "object"::equals);
    }

    /** Ends a second Chromium the hard way: no page in it can say goodbye. */
    void kill(Browser browser) {
        String tag = Objects.requireNonNull(tags.get(browser), "not a second process");
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(tag))
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** The address of the test peer's page, for a browser that is not Chromium. */
    String peerAddress() {
        return shared().pages().url("peer.html");
    }

    /** Any page, for instance the studio's, in a context of its own. */
    Page open(String url) {
        return open(shared().browser(), url);
    }

    /** The same, with a script that runs in the page before its own. */
    Page open(String url, String first) {
        return open(shared().browser(), url, first);
    }

    /** A second Chromium, closed after the test. */
    Browser secondProcess() {
        return secondProcess(Programs.find("chromium"));
    }

    /** The same, started by a script that may put it elsewhere. */
    Browser secondProcess(Path chromium) {
        String tag = "--millrace-test-process=" + tags.size();
        Browser browser = launch(shared().playwright(), tag, chromium);
        tags.put(browser, tag);
        return browser;
    }

    private Page open(Browser browser, String url) {
        return open(browser, url, "");
    }

    private Page open(Browser browser, String url, String first) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(1280, 720)
                .setPermissions(List.of("camera", "microphone"))
                .setIgnoreHTTPSErrors(true));
        Page page = context.newPage();
        List<String> console = new ArrayList<>();
        page.onConsoleMessage(message -> console.add(text(message)));
        page.onPageError(error -> console.add("page error: " + error));
        opened.add(new Opened(context, page, console));
        if (!first.isEmpty()) {
            page.addInitScript(first);
        }
        page.navigate(url);
        return page;
    }

    private Shared shared() {
        return Objects.requireNonNull(shared, "only inside a test");
    }

    private static String text(ConsoleMessage message) {
        return message.type() + ": " + message.text();
    }

    private void keepEvidence(ExtensionContext test) {
        Path folder = PlaywrightDriver.moduleDirectory().resolve("target/browser");
        String name = test.getRequiredTestClass().getSimpleName() + "-"
                + test.getRequiredTestMethod().getName();
        for (int i = 0; i < opened.size(); i++) {
            Opened one = opened.get(i);
            Path base = folder.resolve(name + "-" + i);
            quietly(() -> {
                Files.createDirectories(folder);
                Files.write(base.resolveSibling(base.getFileName() + ".log"), one.console());
                one.page()
                        .screenshot(new Page.ScreenshotOptions()
                                .setPath(base.resolveSibling(base.getFileName() + ".png"))
                                .setTimeout(5000));
            });
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException | PlaywrightException tooLate) {
            // A page that a test killed on purpose cannot be photographed or closed again: nothing is lost.
            return;
        }
    }
}
