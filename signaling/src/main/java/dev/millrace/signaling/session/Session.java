package dev.millrace.signaling.session;

import dev.millrace.media.control.Role;
import dev.millrace.signaling.auth.Access;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One session as signaling knows it. Owned by the HTTP context. */
public final class Session {
    private final String id;
    private final String stream;
    private final Role role;
    private final String protocol;
    private final OfferSketch offer;
    private final byte @Nullable [] bearerDigest;
    private final long madeAtMs;
    private String etag;
    private @Nullable String remoteUfrag;

    Session(
            String id,
            String stream,
            Role role,
            String protocol,
            OfferSketch offer,
            @Nullable String bearer,
            String etag,
            long madeAtMs) {
        this.id = id;
        this.stream = stream;
        this.role = role;
        this.protocol = protocol;
        this.offer = offer;
        this.bearerDigest = bearer == null ? null : Access.digest(bearer);
        this.etag = etag;
        this.remoteUfrag = offer.ufrag();
        this.madeAtMs = madeAtMs;
    }

    public String id() {
        return id;
    }

    public String stream() {
        return stream;
    }

    public Role role() {
        return role;
    }

    /** {@code whip}, {@code whep} or {@code rtmp}. */
    String protocol() {
        return protocol;
    }

    public String path() {
        return (role == Role.PUBLISH ? "/whip/" : "/whep/") + stream + "/" + id;
    }

    long madeAtMs() {
        return madeAtMs;
    }

    String etag() {
        return etag;
    }

    /** Whether it was made with this Bearer, whose time may be over by now. */
    boolean wasMadeWith(@Nullable String bearer) {
        return bearer != null && bearerDigest != null && MessageDigest.isEqual(bearerDigest, Access.digest(bearer));
    }

    /** Whether a fragment's ICE user name is a new one: then it asks for a restart (RFC 9725 section 4.3.3). */
    boolean isRestart(OfferSketch fragment) {
        return fragment.ufrag() != null && !fragment.ufrag().equals(remoteUfrag);
    }

    void restarted(OfferSketch fragment, String newEtag) {
        remoteUfrag = fragment.ufrag();
        etag = newEtag;
    }

    /** The index of the viewer's first video section, -1 without one. */
    public int videoIndex() {
        return offer.videoIndex();
    }

    /** The mid that the layer extension's mediaId means. */
    public Optional<String> midOf(String mediaId) {
        return offer.midOf(mediaId);
    }
}
