package dev.millrace.perf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A dynamic manifest as a player reads it (ISO/IEC 23009-1 section 5.3): of its last period one representation of each
 * adaptation set, numbered.
 *
 * @param targetS how far behind the service wants its viewers
 */
record DashText(double targetS, List<Template> tracks) {
    /**
     * A representation.
     *
     * @param startS Unix time at which the segment {@code startNumber} begins
     * @param zeroS Unix time at 0 of the media's own times
     */
    record Template(
            String id,
            String init,
            String media,
            long startNumber,
            double startS,
            double zeroS,
            double segmentS,
            double timescale) {
        /** The segment that is being made. */
        long number(double nowS) {
            return startNumber + (long) Math.floor((nowS - startS) / segmentS);
        }

        String address(long number) {
            return media.replace("$RepresentationID$", id).replace("$Number$", Long.toString(number));
        }
    }

    /** @throws IllegalArgumentException if it is none */
    static DashText read(byte[] bytes) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return read(factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException("no manifest", e);
        }
    }

    private static DashText read(Document document) {
        Element root = document.getDocumentElement();
        OffsetDateTime zero = OffsetDateTime.parse(root.getAttribute("availabilityStartTime"));
        double zeroS = zero.toEpochSecond() + zero.getNano() / 1e9;
        List<Element> latency = elements(root, "Latency");
        double targetS =
                latency.isEmpty() ? 1 : Double.parseDouble(latency.getFirst().getAttribute("target")) / 1000;
        List<Template> tracks = new ArrayList<>();
        List<Element> periods = elements(root, "Period");
        if (!periods.isEmpty()) {
            Element period = periods.getLast();
            double startS = zeroS + Duration.parse(period.getAttribute("start")).toNanos() / 1e9;
            for (Element set : elements(period, "AdaptationSet")) {
                tracks.add(template(elements(set, "Representation").getLast(), startS, zeroS));
            }
        }
        return new DashText(targetS, tracks);
    }

    private static Template template(Element representation, double startS, double zeroS) {
        Element template = elements(representation, "SegmentTemplate").getFirst();
        double timescale = Double.parseDouble(template.getAttribute("timescale"));
        String id = representation.getAttribute("id");
        return new Template(
                id,
                template.getAttribute("initialization").replace("$RepresentationID$", id),
                template.getAttribute("media"),
                Long.parseLong(template.getAttribute("startNumber")),
                startS,
                zeroS,
                Double.parseDouble(template.getAttribute("duration")) / timescale,
                timescale);
    }

    private static List<Element> elements(Element within, String name) {
        NodeList found = within.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
