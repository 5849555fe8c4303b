package dev.millrace.e2e;
import static dev.millrace.e2e.Peers.*;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
class ProbeTest {
    @RegisterExtension static final ServerUnderTest SERVER = new ServerUnderTest();
    @RegisterExtension final Browsers browsers = new Browsers();
    @Test void probe() {
        String stream = SERVER.freshStream();
        var p = browsers.peer().publish(with(publish(SERVER.whip(stream), "VP8", CAMERA_540P), "answer", Map.of("tcpOnly", true), "offerCandidates", false));
        System.out.println("PROBE " + p.outside());
        for (int i = 0; i < 16; i++) { System.out.println("PROBE " + p.call("pairs")); Await.pause(500); }
        System.out.println("PROBE " + HttpPeer.send(HttpPeer.request(SERVER.url("/api/v1/stats")).build()).body());
    }
}
