package dev.millrace.perf;

import dev.millrace.media.dtls.DtlsRole;
import dev.millrace.media.dtls.RemoteFingerprint;
import dev.millrace.media.ice.IceCandidate;
import dev.millrace.media.net.Transport;
import dev.millrace.media.sdp.MediaKind;
import dev.millrace.media.sdp.MediaSection;
import dev.millrace.media.sdp.SdpException;
import dev.millrace.media.sdp.SessionDescription;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a light client needs to know of any server's SDP answer. Immutable. */
final class LightAnswer {
    private final SessionDescription sdp;
    private final MediaSection first;

    private LightAnswer(SessionDescription sdp) {
        this.sdp = sdp;
        this.first = sdp.media().stream()
                .filter(section -> section.port() != 0)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the answer accepts no media"));
    }

    static LightAnswer parse(String text) {
        try {
            return new LightAnswer(SessionDescription.parse(text));
        } catch (SdpException e) {
            throw new IllegalArgumentException("unreadable answer: " + e.getMessage(), e);
        }
    }

    private String attribute(String name) {
        String value = first.attribute(name);
        value = value != null ? value : sdp.attribute(name);
        if (value == null) {
            throw new IllegalArgumentException("the answer has no a=" + name);
        }
        return value;
    }

    String ufrag() {
        return attribute("ice-ufrag");
    }

    String pwd() {
        return attribute("ice-pwd");
    }

    RemoteFingerprint fingerprint() {
        String[] words = attribute("fingerprint").split(" ", 2);
        return new RemoteFingerprint(words[0], words[1]);
    }

    /** Ours: active unless the server wants to be. */
    DtlsRole role() {
        return attribute("setup").equals("active") ? DtlsRole.SERVER : DtlsRole.CLIENT;
    }

    /** Whether only IPv6 addresses were answered; one socket speaks one family. */
    boolean ipv6() {
        List<InetSocketAddress> all = udp();
        return !all.isEmpty() && all.stream().allMatch(LightAnswer::isIpv6);
    }

    /** The UDP addresses to check, of one family. */
    List<InetSocketAddress> remotes() {
        boolean ipv6 = ipv6();
        return udp().stream().filter(address -> isIpv6(address) == ipv6).toList();
    }

    private static boolean isIpv6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }

    private List<InetSocketAddress> udp() {
        List<InetSocketAddress> found = new ArrayList<>();
        List<String> lines = new ArrayList<>(first.attributes("candidate"));
        lines.addAll(sdp.attributes("candidate"));
        for (String line : lines) {
            IceCandidate candidate = IceCandidate.parse(line);
            if (candidate != null && candidate.component() == 1 && candidate.transport() == Transport.UDP) {
                try {
                    found.add(new InetSocketAddress(InetAddress.ofLiteral(candidate.address()), candidate.port()));
                } catch (IllegalArgumentException named) {
                    // An mDNS name; nobody resolves it here.
                }
            }
        }
        return found;
    }

    /** The accepted section of data channels, or null. */
    @Nullable
    MediaSection data() {
        return sdp.media().stream()
                .filter(section -> section.kind() == MediaKind.APPLICATION && section.port() != 0)
                .findFirst()
                .orElse(null);
    }

    /** The accepted payload type of that codec, or -1. */
    int payloadType(MediaKind kind, String codec) {
        for (MediaSection section : sdp.media()) {
            if (section.kind() == kind && section.port() != 0) {
                for (String format : section.formats()) {
                    if (codecOf(section, format).equalsIgnoreCase(codec)) {
                        return Integer.parseInt(format);
                    }
                }
            }
        }
        return -1;
    }

    private static String codecOf(MediaSection section, String format) {
        for (String map : section.attributes("rtpmap")) {
            if (map.startsWith(format + " ")) {
                return map.substring(format.length() + 1).split("/", 2)[0];
            }
        }
        return "";
    }

    /** What a payload type carries. */
    @FunctionalInterface
    interface Formats {
        /** RTX (RFC 4588) is a codec of its own. */
        void onFormat(int payloadType, MediaKind kind, boolean retransmission);
    }

    /** Tells all accepted payload types of audio and video. */
    void forEachFormat(Formats formats) {
        for (MediaSection section : sdp.media()) {
            if (section.port() != 0 && (section.kind() == MediaKind.AUDIO || section.kind() == MediaKind.VIDEO)) {
                for (String format : section.formats()) {
                    boolean retransmission = codecOf(section, format).equalsIgnoreCase("rtx");
                    formats.onFormat(Integer.parseInt(format), section.kind(), retransmission);
                }
            }
        }
    }

    /** The id of a header extension in the sections of that kind, or -1. */
    int extension(MediaKind kind, String uri) {
        for (MediaSection section : sdp.media()) {
            if (section.kind() == kind) {
                for (String map : section.attributes("extmap")) {
                    String[] words = map.split(" ", -1);
                    if (words.length > 1 && words[1].equals(uri)) {
                        return Integer.parseInt(words[0].split("/", 2)[0]);
                    }
                }
            }
        }
        return -1;
    }

    /** The first declared source of that kind, or null; a server need not declare any. */
    @Nullable
    Integer source(MediaKind kind) {
        for (MediaSection section : sdp.media()) {
            if (section.kind() == kind) {
                for (String source : section.attributes("ssrc")) {
                    return Integer.parseUnsignedInt(source.split(" ", 2)[0]);
                }
            }
        }
        return null;
    }
}
