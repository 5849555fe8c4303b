package dev.millrace.media.frames;

import dev.millrace.media.observe.DropCounters;
import dev.millrace.media.rtp.codec.Codec;
import dev.millrace.media.rtp.codec.Vp9Header;
import org.jspecify.annotations.Nullable;

/** Makes pictures of VP9 as containers carry it: frames, or superframes (VP9 bitstream specification, annex B). Owned by one thread. */
final class Vp9Pictures implements ContainedPictures {
    private final Vp9Header header = new Vp9Header();
    private final InBandPictures pictures;

    Vp9Pictures(DropCounters drops) {
        pictures = new InBandPictures(Codec.VP9, drops);
    }

    @Override
    public @Nullable VideoFrame read(byte[] data, boolean key, long rtpTime, long arrivalNs) {
        if (!header.read(data, 0, data.length)) {
            return pictures.malformed();
        }
        pictures.size(header.width(), header.height());
        return pictures.made(data, rtpTime, header.isKey(), arrivalNs);
    }

    @Override
    public boolean opens() {
        return false;
    }
}
