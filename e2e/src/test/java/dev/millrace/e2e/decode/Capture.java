package dev.millrace.e2e.decode;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.PublishedMedia;
import dev.millrace.media.sdp.RidLayer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A few seconds of one video section as a browser published it: plain RTP by layer and time, and the sender reports.
 *
 * <p>The file: lines of text up to an empty one, then records to the end, everything big endian.
 *
 * <pre>
 * millrace capture 1
 * about AV1 L3T3_KEY, Chromium 156
 * format 45 AV1 46 profile=0;tier=0        payload type, name, payload type of its rtx or -1, fmtp or nothing
 * rid l                                    one line a simulcast layer, in send order; none without simulcast
 * extension 13 urn:ietf:params:…           id, URI
 *
 * u8 kind (0 RTP packet, 1 sender report) | u8 layer | u16 length | u32 microseconds since the first record | bytes
 * </pre>
 *
 * <p>A sender report is 12 bytes: its NTP time, its RTP timestamp.
 */
public record Capture(
        String about, List<CodecFormat> formats, List<String> rids, Map<String, Integer> extensions, List<Item> items) {
    private static final String MAGIC = "millrace capture 1";
    private static final int VIDEO_CLOCK = 90_000;

    /** What a record is. */
    public enum What {
        RTP,
        SENDER_REPORT
    }

    /** One record of the file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Item(What what, int layer, long micros, byte[] bytes) {}

    public Capture {
        formats = List.copyOf(formats);
        rids = List.copyOf(rids);
        extensions = Map.copyOf(extensions);
        items = List.copyOf(items);
    }

    /** The section as it was negotiated. */
    public PublishedMedia published() {
        List<RidLayer> layers = new ArrayList<>();
        for (String rid : rids) {
            layers.add(new RidLayer(rid, layers.size(), false, Map.of()));
        }
        return new PublishedMedia("0", MediaKind.VIDEO, formats, layers, List.of(), extensions);
    }

    /** How many layers there are; 1 without simulcast. */
    public int layers() {
        return Math.max(1, rids.size());
    }

    /** One of the captures among the test resources. */
    public static Capture resource(String name) {
        try (InputStream in = Capture.class.getResourceAsStream("/captures/" + name + ".rtp")) {
            return read(Objects.requireNonNull(in, "no capture " + name).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Capture read(byte[] file) throws IOException {
        int end = 0;
        while (file[end] != '\n' || file[end + 1] != '\n') {
            end++;
        }
        String[] lines = new String(file, 0, end, StandardCharsets.UTF_8).split("\n", -1);
        if (!lines[0].equals(MAGIC)) {
            throw new IOException("no capture: " + lines[0]);
        }
        String about = "";
        List<CodecFormat> formats = new ArrayList<>();
        List<String> rids = new ArrayList<>();
        Map<String, Integer> extensions = new LinkedHashMap<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            String[] words = line.split(" ", 5);
            switch (words[0]) {
                case "about" -> about = line.substring(6);
                case "format" -> formats.add(format(words));
                case "rid" -> rids.add(words[1]);
                case "extension" -> extensions.put(words[2], Integer.parseInt(words[1]));
                default -> throw new IOException("unknown line in a capture: " + line);
            }
        }
        return new Capture(about, formats, rids, extensions, records(file, end + 2));
    }

    private static CodecFormat format(String[] words) {
        Map<String, String> fmtp = new LinkedHashMap<>();
        if (words.length > 4) {
            for (String parameter : words[4].split(";", -1)) {
                String[] pair = parameter.split("=", 2);
                fmtp.put(pair[0], pair.length > 1 ? pair[1] : "");
            }
        }
        return new CodecFormat(
                Integer.parseInt(words[1]),
                words[2],
                VIDEO_CLOCK,
                1,
                fmtp,
                Set.of("nack", "nack pli", "transport-cc"),
                Integer.parseInt(words[3]));
    }

    private static List<Item> records(byte[] file, int from) throws IOException {
        List<Item> items = new ArrayList<>();
        try (DataInputStream in =
                new DataInputStream(new java.io.ByteArrayInputStream(file, from, file.length - from))) {
            while (in.available() > 0) {
                What what = What.values()[in.readUnsignedByte()];
                int layer = in.readUnsignedByte();
                byte[] bytes = new byte[in.readUnsignedShort()];
                long micros = in.readInt() & 0xffff_ffffL;
                in.readFully(bytes);
                items.add(new Item(what, layer, micros, bytes));
            }
        }
        return items;
    }

    /** Writes the file. */
    public void write(OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(MAGIC + "\nabout " + about + "\n");
        for (CodecFormat format : formats) {
            String fmtp = format.fmtp().entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .collect(Collectors.joining(";"));
            head.append(("format " + format.payloadType() + " " + format.name() + " " + format.rtxPayloadType() + " "
                                    + fmtp)
                            .strip())
                    .append('\n');
        }
        rids.forEach(rid -> head.append("rid ").append(rid).append('\n'));
        extensions.forEach((uri, id) ->
                head.append("extension ").append(id).append(' ').append(uri).append('\n'));
        out.write(head.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(records);
        for (Item item : items) {
            data.writeByte(item.what() == What.RTP ? 0 : 1);
            data.writeByte(item.layer());
            data.writeShort(item.bytes().length);
            data.writeInt((int) item.micros());
            data.write(item.bytes());
        }
        records.writeTo(out);
    }
}
