package dev.millrace.media.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A playlist or manifest as it is sent to many: encoded once, compressed at most once. Any thread. */
public final class StoredText {
    private final String mediaType;
    private final byte[] plain;
    private volatile byte @Nullable [] gzip;
    private volatile @Nullable String tag;

    public StoredText(String mediaType, String text) {
        this.mediaType = mediaType;
        this.plain = text.getBytes(StandardCharsets.UTF_8);
    }

    public String mediaType() {
        return mediaType;
    }

    /** UTF-8; not to be changed. */
    public byte[] plain() {
        return plain;
    }

    /** The same by gzip (RFC 1952); not to be changed. */
    public byte[] gzip() {
        byte[] known = gzip;
        if (known == null) {
            known = compress(plain);
            gzip = known;
        }
        return known;
    }

    /** A weak entity tag (RFC 9110 section 8.8.3) of what it says, however it is encoded. */
    public String tag() {
        String known = tag;
        if (known == null) {
            CRC32C sum = new CRC32C();
            sum.update(plain);
            known = "W/\"" + Long.toHexString(sum.getValue()) + "-" + Integer.toHexString(plain.length) + "\"";
            tag = known;
        }
        return known;
    }

    private static byte[] compress(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 2 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
