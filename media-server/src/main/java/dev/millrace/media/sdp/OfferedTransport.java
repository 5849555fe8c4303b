package dev.millrace.media.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the offerer's end of the bundled transport from the section that stands for it (RFC 9143 section 7.2). */
final class OfferedTransport {
    /** A machine with many interfaces has about 20; each costs connectivity checks towards an address of its choice. */
    private static final int MAX_CANDIDATES = 64;

    /** RFC 8839 section 5.4. */
    private static final int MIN_UFRAG_CHARS = 4;

    private static final int MIN_PWD_CHARS = 22;
    private static final int MAX_CREDENTIAL_CHARS = 256;

    private final SessionDescription offer;
    private final MediaSection tagged;

    private OfferedTransport(SessionDescription offer, MediaSection tagged) {
        this.offer = offer;
        this.tagged = tagged;
    }

    static RemoteTransport read(SessionDescription offer, MediaSection tagged) throws SdpException, RefusedException {
        return new OfferedTransport(offer, tagged).read();
    }

    private RemoteTransport read() throws SdpException, RefusedException {
        SdpLine options = first("ice-options");
        boolean trickle = options != null
                && Arrays.asList(options.attributeValue().split("[ ,]+", -1)).contains("trickle");
        List<String> candidates = tagged.attributes("candidate");
        return new RemoteTransport(
                credential("ice-ufrag", MIN_UFRAG_CHARS),
                credential("ice-pwd", MIN_PWD_CHARS),
                offer.has("ice-lite"),
                candidates.subList(0, Math.min(MAX_CANDIDATES, candidates.size())),
                fingerprints(),
                setup(),
                trickle,
                tagged.has("end-of-candidates") || offer.has("end-of-candidates"));
    }

    private String credential(String name, int minChars) throws SdpException, RefusedException {
        SdpLine line = first(name);
        if (line == null) {
            throw new RefusedException(SdpRefusal.NO_TRANSPORT, "The offer has no a=" + name + "; offer ICE.");
        }
        String value = line.attributeValue();
        boolean printable = value.chars().allMatch(c -> c > ' ' && c < 127);
        if (value.length() < minChars || value.length() > MAX_CREDENTIAL_CHARS || !printable) {
            throw new SdpException(
                    line.number(),
                    "a=" + name + " has from " + minChars + " to " + MAX_CREDENTIAL_CHARS + " characters");
        }
        return value;
    }

    private List<Fingerprint> fingerprints() throws SdpException, RefusedException {
        List<SdpLine> lines = SdpLines.all(tagged.lines(), "fingerprint");
        List<Fingerprint> fingerprints = new ArrayList<>();
        for (SdpLine line : lines.isEmpty() ? SdpLines.all(offer.lines(), "fingerprint") : lines) {
            String[] words = line.attributeValue().split(" +", -1);
            if (words.length != 2 || !hexPairs(words[1])) {
                throw new SdpException(line.number(), "expected a=fingerprint:<hash> <hex pairs with colons>");
            }
            fingerprints.add(new Fingerprint(words[0].toLowerCase(Locale.ROOT), words[1].toUpperCase(Locale.ROOT)));
        }
        if (fingerprints.isEmpty()) {
            throw new RefusedException(
                    SdpRefusal.NO_TRANSPORT, "The offer has no a=fingerprint; media must be protected by DTLS-SRTP.");
        }
        return fingerprints;
    }

    private static boolean hexPairs(String text) {
        if (text.length() % 3 != 2) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i % 3 == 2 ? c != ':' : Character.digit(c, 16) < 0 || c > 'f') {
                return false;
            }
        }
        return true;
    }

    private LocalSetup setup() throws SdpException, RefusedException {
        SdpLine line = first("setup");
        String value = line == null ? "actpass" : line.attributeValue();
        return switch (value) {
            case "actpass", "active" -> LocalSetup.PASSIVE;
            case "passive" -> LocalSetup.ACTIVE;
            case "holdconn" ->
                throw new RefusedException(
                        SdpRefusal.NO_TRANSPORT, "The offer says a=setup:holdconn; offer actpass, active or passive.");
            default ->
                throw new SdpException(line == null ? 0 : line.number(), "a=setup is actpass, active or passive");
        };
    }

    /** The tagged section's line, else the session's. */
    private @Nullable SdpLine first(String attribute) {
        SdpLine line = SdpLines.first(tagged.lines(), attribute);
        return line != null ? line : SdpLines.first(offer.lines(), attribute);
    }
}
