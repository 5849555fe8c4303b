package dev.millrace.e2e;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.util.function.Predicate;

/** The watch page of a stream as somebody at it sees it, with what its player says of itself. */
final class WatchPage {
    /** Counts from inside how often the picture in front was black once there had been one, and how it was played. */
    private static final String WATCHER = """
            window.seen = { black: 0, looks: 0, vias: [], stillMs: 0, silentMs: 0 };
            // The longest that a value stood still; another element's value is no progress.
            const clock = () => {
              let owner, value, movedMs = performance.now();
              return (element, now) => {
                if (element === owner && now !== value) movedMs = performance.now();
                [owner, value] = [element, now];
                return performance.now() - movedMs;
              };
            };
            addEventListener('DOMContentLoaded', () => {
              const player = document.querySelector('millrace-player');
              if (!player) return;
              let had = false;
              const [time, sound] = [clock(), clock()];
              player.addEventListener('via', ({ detail }) =>
                window.seen.vias.push({ via: detail.via, reason: detail.reason, atMs: performance.now() }));
              const look = () => {
                const { video } = player;
                // While it seeks, the last picture stays.
                const picture = video?.isConnected && video.videoWidth > 0 && (video.readyState >= 2 || video.seeking);
                had ||= picture;
                const still = time(video, video?.currentTime);
                const silent = sound(video, video?.webkitAudioDecodedByteCount);
                if (had) window.seen.stillMs = Math.max(window.seen.stillMs, still);
                if (had) window.seen.silentMs = Math.max(window.seen.silentMs, silent);
                if (had && player.state === 'live') {
                  window.seen.looks++;
                  if (!picture) window.seen.black++;
                }
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            });
            """;

    private final Page page;

    private WatchPage(Page page) {
        this.page = page;
    }

    static WatchPage open(Browsers browsers, String url) {
        return open(browsers, url, "");
    }

    /** With a script that runs in the page before its own. */
    static WatchPage open(Browsers browsers, String url, String first) {
        return new WatchPage(browsers.open(url, WATCHER + first));
    }

    /** No way for WebRTC but through this relay: what it drops is blocked, and there is no TCP beside it. */
    static String through(UdpRelay relay) {
        String[] address = relay.candidate().split("\\|", -1);
        return """
                {
                  const Native = RTCPeerConnection;
                  const candidate = 'a=candidate:1 1 udp 2130706431 %s %s typ host';
                  window.RTCPeerConnection = class extends Native {
                    setRemoteDescription({ type, sdp }) {
                      const bare = sdp.replace(/a=(candidate:.*|end-of-candidates)\\r\\n/g, '');
                      return super.setRemoteDescription({ type, sdp: bare.replace(/(a=ice-pwd:.*\\r\\n)/, `$1${candidate}\\r\\n`) });
                    }
                  };
                  // Told our candidates, the server would find the way beside the relay.
                  const ask = window.fetch;
                  window.fetch = (url, init) =>
                    init?.method === 'PATCH' ? Promise.resolve(new Response(null, { status: 405 })) : ask(url, init);
                }
                """.formatted(address[0], address[1]);
    }

    Page page() {
        return page;
    }

    /** What the player says of itself now. */
    JsonObject now() {
        return JsonParser.parseString((String) page.evaluate("""
                        () => {
                          const player = document.querySelector('millrace-player');
                          const { video } = player;
                          const find = (id) => player.shadowRoot.querySelector(`[data-testid=${id}]`);
                          const veil = player.shadowRoot.querySelector('.veil');
                          return JSON.stringify({
                            state: player.state,
                            via: player.protocol ?? '',
                            timeS: video.currentTime,
                            soundBytes: video.webkitAudioDecodedByteCount ?? 0,
                            height: video.videoHeight,
                            playing: !video.paused && video.readyState >= 2 && veil.hidden,
                            says: veil.hidden ? '' : find('player-state').innerText,
                            chip: find('chip').textContent,
                            behind: find('behind').hidden ? '' : find('behind').textContent,
                            live: find('live').getAttribute('aria-pressed') === 'true',
                            seekable: !find('seek').hidden,
                            volume: video.volume,
                            muted: video.muted,
                            videos: player.shadowRoot.querySelectorAll('video').length,
                            seen: window.seen,
                          });
                        }
                        """)).getAsJsonObject();
    }

    JsonObject await(String what, Predicate<JsonObject> good) {
        return Await.until(what, Await.PATIENCE, this::now, good);
    }

    JsonObject await(String what, Duration limit, Predicate<JsonObject> good) {
        return Await.until(what, limit, this::now, good);
    }

    /** Counts standstills anew. */
    void forget() {
        page.evaluate("() => { window.seen.stillMs = window.seen.silentMs = 0; }");
    }

    /** Waits until the picture comes this way, and goes on. */
    JsonObject awaitPlaying(String via) {
        JsonObject first = await("playing by " + via, now -> isPlaying(now, via));
        double timeS = first.get("timeS").getAsDouble();
        return await(
                "going on by " + via,
                now -> isPlaying(now, via) && now.get("timeS").getAsDouble() != timeS);
    }

    private static boolean isPlaying(JsonObject now, String via) {
        return now.get("via").getAsString().equals(via)
                && now.get("state").getAsString().equals("live")
                && now.get("playing").getAsBoolean();
    }
}
