package dev.millrace.media.send;

import dev.millrace.media.sdp.CodecFormat;
import dev.millrace.media.sdp.MediaKind;

/** Hears what becomes of a viewer's tracks; called on its loop, never per packet. */
public interface SendListener {
    /** Another layer flows now. */
    void onLayer(MediaKind kind, int layer, long nowNs);

    /** What is published cannot be sent in what this viewer negotiated: it has to connect anew. Once per publication. */
    void onCodecUnsupported(MediaKind kind, CodecFormat published, long nowNs);
}
