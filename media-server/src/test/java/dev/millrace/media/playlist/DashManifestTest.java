package dev.millrace.media.playlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.media.segment.Packaged;
import dev.millrace.media.segment.PackagerConfig;
import dev.millrace.media.segment.Segment;
import dev.millrace.media.segment.Track;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class DashManifestTest {
    private final Packaged packaged = new Packaged();
    private final Track high = packaged.video("h");
    private final Track sound = packaged.audio("a");
    private final DashManifest manifest =
            new DashManifest(new Names("x7", ""), PackagerConfig.DEFAULT, "/time?a=1&b=2");

    @Test
    void everySegmentIsWhereItsNumberSays() throws Exception {
        play(0, 9100);
        packaged.packager().interrupt();
        play(20_000, 26_100);
        Document mpd = write(false);
        Instant start = Instant.parse(mpd.getDocumentElement().getAttribute("availabilityStartTime"));
        assertThat(start.toEpochMilli()).isEqualTo(Packaged.UNIX_NS / 1_000_000);
        List<Element> periods = elements(mpd.getDocumentElement(), "Period");
        assertThat(periods).hasSize(2);
        assertThat(periods.get(0).getAttribute("duration")).isNotEmpty();
        assertThat(periods.get(1).getAttribute("duration")).isEmpty();
        for (Element period : periods) {
            Duration from = Duration.parse(period.getAttribute("start"));
            for (Element representation : elements(period, "Representation")) {
                Track track = representation.getAttribute("id").equals("h") ? high : sound;
                Element template = elements(representation, "SegmentTemplate").getFirst();
                assertPlaced(track, template, from, "e1".equals(period.getAttribute("id")) ? 1 : 0);
            }
        }
        Element clock = elements(mpd.getDocumentElement(), "UTCTiming").getFirst();
        assertThat(clock.getAttribute("value")).isEqualTo("/time?a=1&b=2");
    }

    private static void assertPlaced(Track track, Element template, Duration from, int epoch) {
        double scale = Double.parseDouble(template.getAttribute("timescale"));
        double duration = Double.parseDouble(template.getAttribute("duration")) / scale;
        double offset = Double.parseDouble(template.getAttribute("presentationTimeOffset")) / scale;
        long first = Long.parseLong(template.getAttribute("startNumber"));
        assertThat(offset).isEqualTo(from.toNanos() / 1e9);
        assertThat(duration).isEqualTo(2);
        for (Segment segment : track.segments()) {
            if (segment.epoch() == epoch) {
                double nominal = offset + (segment.number() - first) * duration;
                assertThat(segment.startNs() / 1e9).isBetween(nominal - 0.11, nominal + 0.46);
                assertThat(template.getAttribute("initialization"))
                        .isEqualTo(track.name() + "-x7-init-" + segment.init().number() + ".mp4");
            }
        }
        assertThat(template.getAttribute("media")).isEqualTo(track.name() + "-x7-e" + epoch + "-$Number$.m4s");
        assertThat(Double.parseDouble(template.getAttribute("availabilityTimeOffset")))
                .isEqualTo(1.78);
        assertThat(template.getAttribute("availabilityTimeComplete")).isEqualTo("false");
    }

    @Test
    void whatIsOverHasALength() throws Exception {
        play(0, 5000);
        packaged.packager().interrupt();
        Document mpd = write(true);
        Duration length = Duration.parse(mpd.getDocumentElement().getAttribute("mediaPresentationDuration"));
        assertThat(length.toMillis()).isBetween(4_990L, 5_010L);
        assertThat(mpd.getDocumentElement().getAttribute("minimumUpdatePeriod")).isEmpty();
    }

    @Test
    void aTrackIsDescribed() throws Exception {
        play(0, 5000);
        Document mpd = write(false);
        List<Element> sets = elements(mpd.getDocumentElement(), "AdaptationSet");
        assertThat(sets).allMatch(each -> "1".equals(each.getAttribute("startWithSAP")));
        Element picture = elements(sets.get(0), "Representation").getFirst();
        assertThat(picture.getAttribute("codecs")).isEqualTo("avc1.42c00c");
        assertThat(picture.getAttribute("frameRate")).isEqualTo("25000/1000");
        assertThat(picture.getAttribute("sar")).isEqualTo("1:1");
        Element heard = elements(sets.get(1), "Representation").getFirst();
        assertThat(elements(heard, "AudioChannelConfiguration").getFirst().getAttribute("value"))
                .isEqualTo("2");
        assertThat(elements(sets.get(0), "ProducerReferenceTime").getFirst().getAttribute("wallClockTime"))
                .isEqualTo(mpd.getDocumentElement().getAttribute("availabilityStartTime"));
        assertThat(elements(picture, "Resync").getFirst().getAttribute("dT")).isEqualTo("19800");
    }

    @Test
    void aKeyframeThatIsMissingIsNotPromised() throws Exception {
        for (double ms = 0; ms < 9000; ms += 40) {
            packaged.picture(high, ms, ms == 0, Packaged.SMALL);
            packaged.sound(sound, ms);
            packaged.sound(sound, ms + 20);
        }
        List<Element> sets = elements(write(false).getDocumentElement(), "AdaptationSet");
        assertThat(sets.get(0).getAttribute("startWithSAP")).isEqualTo("0");
        assertThat(sets.get(1).getAttribute("startWithSAP")).isEqualTo("1");
    }

    @Test
    void aPublisherThatIsGoneEndsThePeriodButNotTheBroadcast() throws Exception {
        play(0, 5000);
        packaged.packager().interrupt();
        Document mpd = write(false);
        assertThat(elements(mpd.getDocumentElement(), "Period").getFirst().getAttribute("duration"))
                .startsWith("PT5.0");
        assertThat(mpd.getDocumentElement().getAttribute("minimumUpdatePeriod")).isNotEmpty();
    }

    @Test
    void aPeriodThatIsOverPromisesNoNumberThatItDoesNotHave() throws Exception {
        play(0, 5_960);
        for (double ms = 5_960; ms < 6_200; ms += 40) { // the keyframe that is due at 6 s does not come
            packaged.picture(high, ms, false, Packaged.SMALL);
            packaged.sound(sound, ms);
            packaged.sound(sound, ms + 20);
        }
        packaged.packager().interrupt();
        Segment last = high.segments().getLast();
        assertThat(last.number()).isEqualTo(2);
        assertThat(last.startNs() + last.durationNs()).isGreaterThan(6_100 * Packaged.MS);
        for (boolean ended : List.of(false, true)) {
            Element period =
                    elements(write(ended).getDocumentElement(), "Period").getFirst();
            assertThat(period.getAttribute("duration")).isEqualTo("PT6.000000S");
        }
    }

    @Test
    void nothingYetIsNoPeriod() throws Exception {
        assertThat(elements(write(false).getDocumentElement(), "Period")).isEmpty();
    }

    private Document write(boolean ended) throws Exception {
        String text =
                manifest.write(List.of(high, sound), ended, Packaged.UNIX_NS, Packaged.UNIX_NS + 30_000 * Packaged.MS);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        var nodes = parent.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private void play(int fromMs, int untilMs) {
        for (double ms = fromMs; ms < untilMs; ms += 40) {
            packaged.picture(high, ms, ms % 2000 == 0, Packaged.SMALL);
            packaged.sound(sound, ms);
            packaged.sound(sound, ms + 20);
        }
    }
}
