package dev.millrace.transcoder;

import dev.millrace.media.transcode.wire.Message;
import dev.millrace.media.transcode.wire.PictureMade;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** One rung's encoder on a lane of its own, so that the rungs of a picture are encoded side by side. */
final class RungWork implements Lane.Work<RungWork.Scaled>, RungEncoder.Sink {
    /**
     * A picture in the rung's size.
     *
     * @param frame a reference of its own, which this frees
     * @param bitrateBps what the rung may have from here on
     */
    record Scaled(AVFrame frame, long captureNs, boolean key, int bitrateBps, double fps) {}

    private final int job;
    private final int rung;
    private final RungEncoder encoder;
    private final Consumer<Message> sink;

    RungWork(int job, int rung, RungEncoder encoder, Consumer<Message> sink) {
        this.job = job;
        this.rung = rung;
        this.encoder = encoder;
        this.sink = sink;
    }

    @Override
    public void accept(Scaled picture) {
        try {
            encoder.aim(picture.bitrateBps(), picture.fps());
            encoder.encode(picture.frame(), picture.captureNs(), picture.key(), this);
        } finally {
            avutil.av_frame_free(picture.frame());
        }
    }

    @Override
    public void discard(Scaled left) {
        avutil.av_frame_free(left.frame());
    }

    @Override
    public void onPicture(long captureNs, boolean key, List<byte[]> sps, List<byte[]> pps, byte[] units) {
        sink.accept(new PictureMade(job, rung, captureNs, key, sps, pps, units));
    }

    @Override
    public void close() {
        encoder.close();
    }
}
