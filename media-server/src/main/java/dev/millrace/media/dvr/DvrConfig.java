package dev.millrace.media.dvr;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How far back players may go, and where what they find there is.
 *
 * @param windowNs 0 if there is none
 * @param directory on disk; of an object store only what is needed to clean up after a crash
 * @param s3 the object store, null for the disk
 * @param waitingBytes what may wait to be stored before the oldest of it is given up
 */
public record DvrConfig(
        long windowNs, Path directory, @Nullable S3 s3, long waitingBytes) {
    /** A store that is down for 50 s at 20 Mb/s loses nothing. */
    public static final long WAITING_BYTES = 128L << 20;

    /**
     * A bucket that speaks S3.
     *
     * @param endpoint such as {@code https://s3.example.org}; buckets are in the path
     * @param prefix before all names, ends with a slash unless it is empty
     */
    public record S3(String endpoint, String bucket, String region, String prefix, String access, String secret) {
        @Override
        public String toString() {
            return "S3[" + endpoint + "/" + bucket + "/" + prefix + "]"; // never the secret
        }
    }

    /** None. */
    public static DvrConfig off(Path directory) {
        return new DvrConfig(0, directory, null, WAITING_BYTES);
    }

    public boolean isOn() {
        return windowNs > 0;
    }
}
